// A part of a settings page: its subject, its state, and its actions.
import type { ReactNode } from "react";
import classes from "./Panel.module.css";

type Props = { title: string; lead?: ReactNode; status?: ReactNode; actions?: ReactNode; children?: ReactNode };

export function Panel({ title, lead, status, actions, children }: Props) {
  return (
    <section className={classes.panel} aria-label={title}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {status}
      </div>
      {lead && <p className={classes.lead}>{lead}</p>}
      {children}
      {actions && <div className={classes.actions}>{actions}</div>}
    </section>
  );
}

/** The page that contains panels: it scrolls, and is never too wide to read. */
export function Panels({ children, label }: { children: ReactNode; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.page} tabIndex={0} aria-label={label}>
      <div className={classes.column}>{children}</div>
    </section>
  );
}
