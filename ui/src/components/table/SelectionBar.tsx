// The bar at the foot of a list: how many rows are selected, and the actions for them.
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./SelectionBar.module.css";

type Props = {
  /** The name of this bar, needed if there is another one beneath. */
  label?: string;
  text: string;
  /** Offers to select everything that matches, if not all of it is selected. */
  selectMatching?: { label: string; onClick: () => void };
  onClear?: () => void;
  children: ReactNode;
};

export function SelectionBar({ label, text, selectMatching, onClear, children }: Props) {
  const { t } = useTranslation();
  return (
    <section className={classes.bar} aria-label={label ?? t("table.selectionBar")}>
      <output className={classes.text}>{text}</output>
      {selectMatching && (
        <Button variant="subtle" onClick={selectMatching.onClick}>
          {selectMatching.label}
        </Button>
      )}
      {onClear && (
        <Button variant="subtle" color="gray" onClick={onClear}>
          {t("table.clearSelection")}
        </Button>
      )}
      <div className={classes.actions}>{children}</div>
    </section>
  );
}
