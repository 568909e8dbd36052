// The identifying cell of a row: the name, and the place beneath it.
import classes from "./TwoLines.module.css";

export function TwoLines({ first, second }: { first: string; second: string }) {
  return (
    <span className={classes.lines}>
      <span className={classes.first}>{first}</span>
      <span className={classes.second}>{second}</span>
    </span>
  );
}
