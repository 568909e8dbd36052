// A list of names and values in a drawer of details.
import type { ReactNode } from "react";
import classes from "./Facts.module.css";

export type Fact = { name: string; value: ReactNode };

/** Values that are null, undefined, false or empty are left out. */
export function Facts({ facts }: { facts: Fact[] }) {
  const filled = facts.filter(({ value }) => value !== null && value !== undefined && value !== false && value !== "");
  return (
    <dl className={classes.facts}>
      {filled.map(({ name, value }) => (
        <div key={name} className={classes.fact}>
          <dt className={classes.name}>{name}</dt>
          <dd className={classes.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <div className={classes.head}>
        <h3 className={classes.title}>{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}
