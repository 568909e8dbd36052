// The places of the sidebar, in their groups; the palette offers the same ones.
import {
  type Icon,
  IconAdjustments,
  IconCalendarTime,
  IconDatabaseCog,
  IconFileStack,
  IconHandStop,
  IconHistory,
  IconHome,
  IconKey,
  IconListDetails,
  IconRefreshDot,
  IconRuler2,
  IconServer2,
  IconShieldHalf,
  IconTimeline,
  IconUserCheck,
  IconUsers,
} from "@tabler/icons-react";
import type { Action } from "../ipc";
import { mayGo, type Screen } from "../screens/places";

type Label =
  | "home"
  | "credentials"
  | "devices"
  | "policies"
  | "strengths"
  | "operations"
  | "attempts"
  | "requestChange"
  | "approvals"
  | "expiration"
  | "batches"
  | "auditTrail"
  | "users"
  | "approvers"
  | "parameters"
  | "vaultSettings";
export type Entry = { screen: Screen; label: Label; icon: Icon };
export type Group = { label: "pamCore" | "executions" | "reports" | "settings" | null; entries: Entry[] };

const groups: Group[] = [
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
  {
    label: null,
    entries: [{ screen: "approvals", label: "approvals", icon: IconHandStop }],
  },
  {
    label: "reports",
    entries: [
      { screen: "batches", label: "batches", icon: IconFileStack },
      { screen: "expiration", label: "expiration", icon: IconCalendarTime },
      { screen: "audit", label: "auditTrail", icon: IconTimeline },
    ],
  },
  {
    label: "settings",
    entries: [
      { screen: "users", label: "users", icon: IconUsers },
      { screen: "approvers", label: "approvers", icon: IconUserCheck },
      { screen: "parameters", label: "parameters", icon: IconAdjustments },
      { screen: "vault", label: "vaultSettings", icon: IconDatabaseCog },
    ],
  },
];

/** Returns the groups with the places that the user may see; an empty group is left out. */
export const groupsFor = (permitted: readonly Action[]): Group[] =>
  groups
    .map((group) => ({ ...group, entries: group.entries.filter(({ screen }) => mayGo(permitted, screen)) }))
    .filter((group) => group.entries.length > 0);
