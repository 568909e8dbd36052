// Settings → Approvers without a window.
import { expect, test } from "vitest";
import type { ApproversView } from "../../ipc";
import { draftOf, requestOf, shortLevels } from "./draft";

const view: ApproversView = {
  people: [
    { userId: "a", name: "Ana", level: 1, active: true },
    { userId: "b", name: "Bruno", level: null, active: true },
  ],
  levels: [
    { level: 1, needed: 1 },
    { level: 2, needed: 0 },
    { level: 3, needed: 0 },
  ],
  rejectionsToEnd: 1,
  validityMinutes: 60,
  operationTypes: ["changePassword"],
  operationsNeedingApproval: [],
  emergencyAllowed: false,
  emergencyRequestId: null,
  changedBy: null,
  changedAt: null,
  version: 4,
};

test("what was not touched is saved as it was read", () => {
  expect(requestOf(view.version, draftOf(view))).toEqual({
    version: 4,
    approvers: [{ userId: "a", level: 1 }],
    needed: [1, 0, 0],
    rejectionsToEnd: 1,
    validityMinutes: 60,
    operationsNeedingApproval: [],
  });
});

test("a level that needs more approvals than it has people is told", () => {
  const draft = draftOf(view);
  expect(shortLevels(draft)).toEqual([]);
  expect(shortLevels({ ...draft, needed: [2, 1, 0] })).toEqual([1, 2]);
  expect(shortLevels({ ...draft, levels: { a: null, b: null } })).toEqual([1]);
});
