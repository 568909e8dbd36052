// The permissions of each role. The in-memory host answers the permissions of a session from this table.
import type { Action, Role } from "../bindings";

const reading: Action[] = ["readDevices", "readCredentials", "readOperations", "readPolicies"];

const table: Record<Role, Action[]> = {
  administrator: [
    ...reading,
    "writePolicies",
    "readUsers",
    "writeUsers",
    "readParameters",
    "writeParameters",
    "writeApprovers",
    "acceptSetBack",
    "writeVault",
    "readAudit",
    "exportReports",
    "readBatches",
    "applyInEmergency",
  ],
  operator: [
    ...reading,
    "writeDevices",
    "writeCredentials",
    "revealSecrets",
    "writeOperations",
    "requestBatches",
    "readBatches",
  ],
  approver: ["readBatches", "decide"],
  auditor: [...reading, "readUsers", "readParameters", "readAudit", "exportReports", "readBatches"],
};

const onlyReads = (permission: Action) => permission.startsWith("read") || permission === "exportReports";

export function permittedTo(roles: Role[], readOnly: boolean): Action[] {
  const all = new Set(roles.flatMap((role) => table[role]));
  return [...all].filter((permission) => !readOnly || onlyReads(permission));
}
