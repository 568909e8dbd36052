// The draft of the approval settings: merging it with a save or with another user's changes, and finding problems that
// prevent saving.
import { type FieldNumber, requestFrom } from "../../components/fields/NumberField";
import type { ApproversSaveRequest, ApproversView, OperationType } from "../../ipc";

export type ApproversDraft = {
  levels: Record<string, number | null>;
  needed: FieldNumber[];
  rejectionsToEnd: FieldNumber;
  validityMinutes: FieldNumber;
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
  return requestFrom<ApproversSaveRequest>({
    version,
    approvers: Object.entries(draft.levels).flatMap(([userId, level]) => (level === null ? [] : [{ userId, level }])),
    needed: draft.needed,
    rejectionsToEnd: draft.rejectionsToEnd,
    validityMinutes: draft.validityMinutes,
    operationsNeedingApproval: draft.operations,
  });
}

/** An edit in progress: the settings it began from, the present draft, and the draft that is being sent to the host. */
export type Edit = { base: ApproversView; draft: ApproversDraft; sent: ApproversDraft | null };

export const startEdit = (view: ApproversView): Edit => ({ base: view, draft: draftOf(view), sent: null });

export const sending = (edit: Edit): Edit => ({ ...edit, sent: edit.draft });

/** Continues after a save. Input that was typed after the draft was sent is kept. */
export function saved({ draft, sent }: Edit, view: ApproversView): Edit {
  return { base: view, draft: rebased(sent ?? draft, draft, draftOf(view)).draft, sent: null };
}

/**
 * Takes over newly read settings. Another user's changes are shown, unless the same field was changed here; in that
 * case saving is refused.
 */
export function refreshed(edit: Edit, view: ApproversView): Edit {
  if (view.version < edit.base.version) return edit;
  const { draft, collides } = rebased(draftOf(edit.base), edit.draft, draftOf(view));
  return collides ? edit : { ...edit, base: view, draft };
}

export const isDirty = ({ base, draft }: Edit) => !same(draft, draftOf(base));

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Applies the changes from `before` to `mine` on top of `after`, field by field. */
function rebased(before: ApproversDraft, mine: ApproversDraft, after: ApproversDraft) {
  let collides = false;
  const take = <T>(before: T, mine: T, after: T): T => {
    if (same(mine, before)) return after;
    collides ||= !same(after, before) && !same(after, mine);
    return mine;
  };
  const draft: ApproversDraft = {
    levels: Object.fromEntries(
      Object.entries(after.levels).map(([id, level]) => [
        id,
        take<number | null | undefined>(before.levels[id], mine.levels[id], level) ?? null,
      ]),
    ),
    needed: after.needed.map((needed, at) =>
      take<FieldNumber>(before.needed[at] ?? null, mine.needed[at] ?? null, needed),
    ),
    rejectionsToEnd: take(before.rejectionsToEnd, mine.rejectionsToEnd, after.rejectionsToEnd),
    validityMinutes: take(before.validityMinutes, mine.validityMinutes, after.validityMinutes),
    operations: take(before.operations, mine.operations, after.operations),
  };
  return { draft, collides };
}

/** Returns the levels that need more approvals than they have people, so that nothing could ever be approved. */
export function shortLevels(draft: ApproversDraft): number[] {
  return [1, 2, 3].filter((level) => {
    const have = Object.values(draft.levels).filter((each) => each === level).length;
    const needed = draft.needed[level - 1];
    return typeof needed === "number" && needed > have;
  });
}
