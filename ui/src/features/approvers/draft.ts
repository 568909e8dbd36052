// What is settled about approvals while it is being edited, and what cannot be saved.
import type { ApproversSaveRequest, ApproversView, OperationType } from "../../ipc";

export type ApproversDraft = {
  levels: Record<string, number | null>;
  needed: number[];
  rejectionsToEnd: number;
  validityMinutes: number;
  operations: OperationType[];
};

export const draftOf = (view: ApproversView): ApproversDraft => ({
  levels: Object.fromEntries(view.people.map(({ userId, level }) => [userId, level])),
  needed: [1, 2, 3].map((level) => view.levels.find((each) => each.level === level)?.needed ?? 0),
  rejectionsToEnd: view.rejectionsToEnd,
  validityMinutes: view.validityMinutes,
  operations: view.operationsNeedingApproval,
});

export function requestOf(version: number, draft: ApproversDraft): ApproversSaveRequest {
  return {
    version,
    approvers: Object.entries(draft.levels).flatMap(([userId, level]) => (level === null ? [] : [{ userId, level }])),
    needed: draft.needed,
    rejectionsToEnd: draft.rejectionsToEnd,
    validityMinutes: draft.validityMinutes,
    operationsNeedingApproval: draft.operations,
  };
}

/** The levels that ask for more approvals than they have people: nothing could ever be approved. */
export function shortLevels(draft: ApproversDraft): number[] {
  return [1, 2, 3].filter((level) => {
    const have = Object.values(draft.levels).filter((each) => each === level).length;
    return (draft.needed[level - 1] ?? 0) > have;
  });
}
