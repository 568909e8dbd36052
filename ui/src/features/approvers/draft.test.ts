// Settings → Approvers without a window.
import { expect, test } from "vitest";
import type { ApproversView } from "../../ipc";
import { draftOf, type Edit, isDirty, refreshed, requestOf, saved, sending, shortLevels, startEdit } from "./draft";

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

const typed = (edit: Edit, fields: Partial<Edit["draft"]>): Edit => ({ ...edit, draft: { ...edit.draft, ...fields } });

test("what is typed while a save is under way stays typed, even when it is what stood there before", () => {
  const sent = sending(typed(startEdit(view), { needed: [1, 1, 0], validityMinutes: 90 }));
  const later = typed(sent, { needed: [1, 0, 0], rejectionsToEnd: 2 });
  const levels = view.levels.map((each) => ({ ...each, needed: each.level === 2 ? 1 : each.needed }));
  const done = saved(later, { ...view, levels, validityMinutes: 90, version: 5 });
  expect(done.draft.needed).toEqual([1, 0, 0]);
  expect(done.draft.rejectionsToEnd).toBe(2);
  expect(done.draft.validityMinutes).toBe(90);
  expect(isDirty(done)).toBe(true);
  expect(done.base.version).toBe(5);
});

test("another's save shows beside what is typed, and the same field is never overwritten", () => {
  const edit = typed(startEdit(view), { rejectionsToEnd: 3 });
  const theirs = { ...view, validityMinutes: 120, version: 5 };
  const beside = refreshed(edit, theirs);
  expect([beside.base.version, beside.draft.validityMinutes, beside.draft.rejectionsToEnd]).toEqual([5, 120, 3]);
  const same = { ...view, rejectionsToEnd: 2, version: 5 };
  expect(refreshed(edit, same)).toBe(edit);
  expect(refreshed(beside, view)).toBe(beside);
});

test("somebody who became an approver meanwhile can be registered, and who is gone is not saved", () => {
  const people = [
    { userId: "a", name: "Ana", level: 1, active: true },
    { userId: "c", name: "Carla", level: null, active: true },
  ];
  const edit = refreshed(typed(startEdit(view), { levels: { a: 2, b: null } }), { ...view, people });
  expect(edit.draft.levels).toEqual({ a: 2, c: null });
});
