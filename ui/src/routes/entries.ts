// The places of the sidebar, in its groups: the palette goes to the same ones.
import {
  type Icon,
  IconCalendarTime,
  IconHistory,
  IconHome,
  IconKey,
  IconListDetails,
  IconRefreshDot,
  IconRuler2,
  IconServer2,
  IconShieldHalf,
} from "@tabler/icons-react";
import type { Screen } from "./places";

type Label =
  | "home"
  | "credentials"
  | "devices"
  | "policies"
  | "strengths"
  | "operations"
  | "attempts"
  | "requestChange"
  | "expiration";
export type Entry = { screen: Screen; label: Label; icon: Icon };
export type Group = { label: "pamCore" | "executions" | "reports" | null; entries: Entry[] };

export const groups: Group[] = [
  { label: null, entries: [{ screen: "home", label: "home", icon: IconHome }] },
  {
    label: "pamCore",
    entries: [
      { screen: "credentials", label: "credentials", icon: IconKey },
      { screen: "devices", label: "devices", icon: IconServer2 },
      { screen: "policies", label: "policies", icon: IconShieldHalf },
      { screen: "strengths", label: "strengths", icon: IconRuler2 },
    ],
  },
  {
    label: "executions",
    entries: [
      { screen: "operations", label: "operations", icon: IconListDetails },
      { screen: "attempts", label: "attempts", icon: IconHistory },
      { screen: "change", label: "requestChange", icon: IconRefreshDot },
    ],
  },
  { label: "reports", entries: [{ screen: "expiration", label: "expiration", icon: IconCalendarTime }] },
];

export const entries: Entry[] = groups.flatMap((group) => group.entries);
