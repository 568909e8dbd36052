// The wizard of bulk actions in the in-memory host: its candidates, the reasons that may block them, and every old and
// new value.
import type {
  BatchAction,
  BatchCandidateIdsRequest,
  BatchCandidatesRequest,
  BatchCandidateView,
  BatchCheckRequest,
  BatchDraft,
  BatchReviewRequest,
  BatchSaveRequest,
  ChangePartView,
  ChangeView,
  CredentialRowView,
  CredentialSort,
  CredentialView,
  Problem,
  TaskView,
} from "../bindings";
import { type FakeHost, invalid, ok, refuse } from "./host";
import { includes, page, slice, sorted } from "./paging";
import { viewOf } from "./requests";
import { credentialRow, matching } from "./rows";
import { ago, now } from "./seed/seed";
import { filterTasks, groupsOf } from "./taskChanges";

const sortKey = {
  username: (row) => row.credential.username,
  device: (row) => row.credential.deviceName,
  changed: (row) => row.credential.changedAt ?? "",
  updated: (row) => row.credential.updatedAt,
  created: (row) => row.credential.updatedAt,
  passwordType: (row) => row.credential.passwordType,
  status: (row) => row.credential.status,
  sync: (row) => row.credential.sync,
} satisfies Record<CredentialSort, (row: { credential: CredentialRowView }) => string>;

const statusFor = (action: BatchAction) => (action === "activate" ? "inactive" : "active");

export function batchCommands(host: FakeHost) {
  const { records, requests } = host;

  const flagsOf = (action: BatchAction, credential: CredentialView): BatchCandidateView["flags"] => [
    ...(credential.openOperationId || credential.id === "c2" ? ["openOperation" as const] : []),
    ...(credential.status === statusFor(action) ? [] : ["notApplicable" as const]),
  ];
  const row = (action: BatchAction, credential: CredentialView): BatchCandidateView => ({
    credential: credentialRow(records, credential),
    flags: flagsOf(action, credential),
  });
  const candidates = ({ action, filter }: BatchCandidateIdsRequest) =>
    matching(records, { ...filter, status: statusFor(action) });
  const nameOf = (id: string | null) => {
    const credential = id === null ? undefined : records.credentials.get(id);
    return credential ? `${credential.username} on ${credential.deviceName}` : "";
  };

  const changesOf = ({ action, update }: BatchDraft, credential: CredentialView): ChangeView[] => {
    const parts = (field: ChangeView["field"], all: ChangePartView[]): ChangeView[] => {
      const differing = all.filter(({ from, to }) => from !== to);
      return differing.length > 0 ? [{ field, parts: differing }] : [];
    };
    const value = (field: ChangeView["field"], from: string, to: string) => parts(field, [{ part: "value", from, to }]);
    if (action === "expire") return value("expiresAt", "", now().slice(0, 16).concat(":00Z"));
    if (action !== "update") return value("status", credential.status, action === "activate" ? "active" : "inactive");
    if (!update) return [];
    const { execution } = credential;
    const tags = update.tags;
    const tagged = tags?.mode === "add" ? [...new Set([...credential.tags, ...tags.tags])] : (tags?.tags ?? []);
    const template = (id: string | null) => records.templates.find((each) => each.id === id)?.name ?? "";
    const changed = update.passwordChange;
    const repaired = update.reconciliation;
    return [
      ...(update.passwordType ? value("passwordType", credential.passwordType, update.passwordType) : []),
      ...(update.domain === null ? [] : value("domain", credential.domain, update.domain)),
      ...(update.deviceId === null
        ? []
        : value("device", credential.deviceName, records.devices.get(update.deviceId)?.name ?? "")),
      ...(update.additionalInformation === null
        ? []
        : value("additionalInformation", credential.additionalInformation, update.additionalInformation)),
      ...(tags ? value("tags", credential.tags.join(", "), tagged.join(", ")) : []),
      ...(update.parent ? parts("parent", [{ part: "parent", from: "", to: nameOf(update.parent.credentialId) }]) : []),
      ...(changed
        ? parts("passwordChange", [
            { part: "automaticChange", from: String(execution.automaticChange), to: String(changed.automaticChange) },
            { part: "template", from: template(execution.templateId), to: template(changed.templateId) },
            { part: "connectAs", from: execution.connectWithOwn ? "own" : "access", to: changed.connectAs },
          ])
        : []),
      ...(repaired
        ? parts("reconciliation", [
            { part: "enabled", from: "false", to: String(repaired.enabled) },
            { part: "credential", from: "", to: nameOf(repaired.credentialId) },
          ])
        : []),
    ];
  };

  const review = (draft: BatchDraft) => {
    const all = draft.credentialIds.flatMap((id) => records.credentials.get(id) ?? []);
    const changed: TaskView[] = [];
    const refused: TaskView[] = [];
    const unchanged: TaskView[] = [];
    for (const credential of all) {
      const { id, username, deviceName } = credential;
      const task = { credentialId: id, username, deviceName, changes: [], refusal: null, operation: null };
      const flags = flagsOf(draft.action, credential).filter((flag) => flag === "openOperation");
      const changes = changesOf(draft, credential);
      const self = draft.update?.parent?.credentialId === id;
      if (credential.status !== statusFor(draft.action)) refused.push({ ...task, flags, refusal: "notApplicable" });
      else if (self) refused.push({ ...task, flags, refusal: "selfReference" });
      else if (changes.length > 0) changed.push({ ...task, flags, changes });
      else unchanged.push({ ...task, flags });
    }
    return { changed, refused, unchanged };
  };
  const problemsOf = ({ update }: BatchDraft): Problem[] =>
    (update?.domain?.length ?? 0) > 255 ? [{ field: "update.domain", rule: { name: "tooLong", maximum: 255 } }] : [];

  return {
    batchCandidates: ({ action, list }: BatchCandidatesRequest) => {
      const { cursor: _, limit: __, ...question } = list;
      const rows = () =>
        sorted(
          candidates({ action, filter: list.filter }).map((each) => row(action, each)),
          sortKey[list.sort],
          list.descending,
        );
      return ok(page(`candidates ${action} ${JSON.stringify(question)}`, host.version, rows, list));
    },
    batchCandidateIds: (request: BatchCandidateIdsRequest) => ok(candidates(request).map(({ id }) => id)),
    batchCheck: (request: BatchCheckRequest) => {
      const known = request.credentialIds.flatMap((id) => records.credentials.get(id) ?? []);
      const rows = known.map((each) => row(request.action, each));
      const shown = rows.filter(
        ({ credential, flags }) =>
          includes(request.text, credential.username, credential.deviceName) &&
          (!request.flaggedOnly || flags.length > 0),
      );
      return ok({
        ...slice(shown, request),
        flagged: rows.filter(({ flags }) => flags.length > 0).length,
        gone: request.credentialIds.length - known.length,
      });
    },
    batchReview: (request: BatchReviewRequest) => {
      const parts = review(request.draft);
      const problems = problemsOf(request.draft);
      const shown = problems.length > 0 ? [] : filterTasks(parts[request.show], request);
      const reasons = new Map<NonNullable<TaskView["refusal"]>, number>();
      for (const { refusal } of parts.refused) if (refusal) reasons.set(refusal, (reasons.get(refusal) ?? 0) + 1);
      return ok({
        changed: parts.changed.length,
        refused: parts.refused.length,
        unchanged: parts.unchanged.length,
        groups: groupsOf(parts.changed),
        refusalGroups: [...reasons].map(([reason, count]) => ({ reason, count })),
        canceledOperations:
          request.draft.action === "inactivate" ? parts.changed.filter(({ flags }) => flags.length > 0).length : 0,
        ...slice(shown, request),
        problems,
      });
    },
    batchSave: ({ draft, reason }: BatchSaveRequest) => {
      if (!reason.trim()) return invalid([{ field: "reason", rule: { name: "required" } }]);
      const tasks = review(draft).changed;
      if (tasks.length === 0) return refuse({ code: "nothingToRequest" });
      const code = requests.size + 1;
      const request = {
        id: `r-new-${code}`,
        code,
        action: draft.action,
        state: "awaitingApproval" as const,
        requesterId: host.start.session?.userId ?? "u0",
        requester: host.start.session?.userName ?? "Ana",
        reason: reason.trim(),
        tasks,
        requestedAt: now(),
        validUntil: ago(-host.approvers.validityMinutes),
        endedAt: null,
        decisions: [],
        conflicts: [],
        emergency: null,
      };
      requests.set(request.id, request);
      host.changed("request", [request.id]);
      return ok(viewOf(host, request));
    },
  };
}
