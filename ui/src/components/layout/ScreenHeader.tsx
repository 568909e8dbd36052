// The line at the top of a list: its title, the number of rows, search and tools, and the primary action at the right.
import type { ReactNode } from "react";
import classes from "./ScreenHeader.module.css";

type Props = {
  title: string;
  count?: string;
  search?: ReactNode;
  tools?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
};

export function ScreenHeader({ title, count, search, tools, action, children }: Props) {
  return (
    <header className={classes.header}>
      <div className={classes.line}>
        <h1 className={classes.title}>{title}</h1>
        {count !== undefined && (
          <span className={classes.count} data-testid="count">
            {count}
          </span>
        )}
        <div className={classes.search}>{search}</div>
        {tools}
        {action}
      </div>
      {children && <div className={classes.filters}>{children}</div>}
    </header>
  );
}
