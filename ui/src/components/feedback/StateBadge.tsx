// A state shown by icon, text and colour, so that no single one of them is needed to understand it.
import { Loader } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import classes from "./StateBadge.module.css";

export type BadgeStyle = { icon: Icon | "spinner"; tone: "gray" | "violet" | "teal" | "green" | "red" | "amber" };

export function StateBadge({ badge, label, detail }: { badge: BadgeStyle; label: string; detail?: string }) {
  const Sign = badge.icon;
  return (
    <span className={classes.badge} style={{ color: `var(--state-${badge.tone})` }}>
      {Sign === "spinner" ? (
        <Loader size={13} color={`var(--state-${badge.tone})`} aria-hidden className={classes.sign} />
      ) : (
        <Sign size={15} aria-hidden className={classes.sign} />
      )}
      <span className={classes.word}>{label}</span>
      {detail && <span className={classes.detail}>{detail}</span>}
    </span>
  );
}
