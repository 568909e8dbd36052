// A part of Home: its title with a number, and its content or one sentence if there is none.
import type { ReactNode } from "react";
import classes from "./home.module.css";

type Props = { title: string; count?: string; aside?: ReactNode; empty?: string | false; children?: ReactNode };

export function Panel({ title, count, aside, empty, children }: Props) {
  return (
    <section className={classes.panel} aria-label={title}>
      <div className={classes.panelHead}>
        <h2 className={classes.panelTitle}>{title}</h2>
        {count && <span className={classes.panelCount}>{count}</span>}
        <span className={classes.aside}>{aside}</span>
      </div>
      {empty ? <p className={classes.empty}>{empty}</p> : children}
    </section>
  );
}
