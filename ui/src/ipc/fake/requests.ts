// Requests, their decisions and the approvers in the in-memory host.
import type {
  ApproversSaveRequest,
  CannotDecide,
  EmergencyRequest,
  EmergencySwitchRequest,
  IdRequest,
  ListRequest,
  RequestAction,
  RequestDecideRequest,
  RequestExportRequest,
  RequestFilter,
  RequestRepeatRequest,
  RequestRowView,
  RequestSort,
  RequestTasksRequest,
  RequestView,
} from "../bindings";
import { type FakeHost, invalid, later, ok, refuse, rightPassword } from "./host";
import { outOfRange } from "./numbers";
import { includes, page, sorted } from "./paging";
import { ago, now } from "./seed/seed";
import type { StoredRequest } from "./seed/seedRequests";
import { filterTasks, groupsOf } from "./taskChanges";

const sortKey = {
  code: (row) => row.code,
  requested: (row) => row.requestedAt,
  ended: (row) => row.endedAt ?? "",
  state: (row) => row.state,
  action: (row) => row.action,
  requester: (row) => row.requester,
  tasks: (row) => row.tasks,
} satisfies Record<RequestSort, (row: RequestRowView) => string | number>;

const counting = (request: StoredRequest, verdict: "approved" | "rejected") =>
  request.decisions.filter((each) => each.verdict === verdict && each.signature === "valid").length;

function notMine(host: FakeHost, request: StoredRequest): CannotDecide | null {
  const me = host.start.session;
  if (!me?.permitted.includes("decide")) return null;
  if (request.requesterId === me.userId) return "ownRequest";
  if (request.decisions.some((each) => each.approverId === me.userId)) return "alreadyDecided";
  if (request.state !== "awaitingApproval") return "ended";
  return Date.parse(request.validUntil) <= Date.now() ? "expired" : null;
}

/** In the scenario "unseen", nobody has confirmed the requests that were applied without approvals. */
function isUnseen(host: FakeHost, { id, emergency }: StoredRequest): boolean {
  const decides = host.start.session?.permitted.includes("decide") ?? false;
  return host.has("unseen") && decides && emergency !== null && !host.acknowledged.has(id);
}

function allowedActions(host: FakeHost, request: StoredRequest): RequestAction[] {
  const permitted = host.start.session?.permitted ?? [];
  const own = request.requesterId === host.start.session?.userId;
  const open = request.state === "awaitingApproval";
  const failed = ["conflict", "expired", "rejected", "canceled"].includes(request.state);
  return [
    ...(permitted.includes("decide") && notMine(host, request) === null ? (["approve", "reject"] as const) : []),
    ...(own && open && request.decisions.length === 0 ? (["cancel"] as const) : []),
    ...(permitted.includes("requestBatches") && failed && request.action !== "emergency" ? (["repeat"] as const) : []),
    ...(isUnseen(host, request) ? (["acknowledgeEmergency"] as const) : []),
    ...(permitted.includes("applyInEmergency") && open && host.approvers.emergencyAllowed
      ? (["applyInEmergency"] as const)
      : []),
  ];
}

function rowOf(host: FakeHost, request: StoredRequest): RequestRowView {
  const { id, code, action, state, requesterId, requester, reason, requestedAt, validUntil, endedAt } = request;
  return {
    id,
    code,
    action,
    state,
    requesterId,
    requester,
    reason,
    tasks: request.tasks.length,
    requestedAt,
    validUntil,
    endedAt,
    approvals: counting(request, "approved"),
    approvalsNeeded: host.approvers.levels.reduce((sum, { needed }) => sum + needed, 0),
    rejections: counting(request, "rejected"),
    emergency: request.emergency !== null,
    actions: allowedActions(host, request),
  };
}

export function viewOf(host: FakeHost, request: StoredRequest): RequestView {
  const row = rowOf(host, request);
  return {
    row,
    digest: `digest of ${request.id} with ${request.tasks.length}`,
    integrity: host.has("tampered") ? "contentChanged" : "sound",
    outcomeHolds: !host.has("forgedoutcome"),
    levels: host.approvers.levels
      .filter(({ needed }) => needed > 0)
      .map(({ level, needed }) => ({ level, needed, approvals: row.approvals, open: row.approvals < needed })),
    rejectionsToEnd: host.approvers.rejectionsToEnd,
    decisions: request.decisions,
    notMine: notMine(host, request),
    needsPassword: host.has("again"),
    needsKeyFile: host.has("keyfile"),
    needsCode: host.has("code"),
    canceledOperations: request.action === "inactivate" && request.state === "applied" ? 2 : 0,
    conflicts: request.conflicts,
    emergency: request.emergency,
  };
}

/** Returns the number of requests that wait for the signed-in user; null if the user decides on none. */
export function waitingFor(host: FakeHost): number | null {
  if (!host.start.session?.permitted.includes("decide")) return null;
  return [...host.requests.values()].filter((each) => allowedActions(host, each).includes("approve")).length;
}

export function requestCommands(host: FakeHost) {
  const { requests } = host;
  const missing = () => refuse({ code: "notFound", noun: "request" });
  const store = (request: StoredRequest) => {
    requests.set(request.id, request);
    host.changed("request", [request.id]);
    return ok(viewOf(host, request));
  };
  const matches = (filter: RequestFilter, row: RequestRowView) => {
    const me = host.start.session?.userId;
    const scopes = {
      all: true,
      mine: row.requesterId === me,
      waitingForMe: row.actions.includes("approve"),
      decidedByMe: requests.get(row.id)?.decisions.some((each) => each.approverId === me) ?? false,
    };
    return (
      scopes[filter.scope] &&
      includes(filter.text, `#${row.code}`, row.reason, row.requester) &&
      (filter.states.length === 0 || filter.states.includes(row.state)) &&
      (filter.actions.length === 0 || filter.actions.includes(row.action)) &&
      (filter.requesterId === null || filter.requesterId === row.requesterId) &&
      (filter.requestedFrom === null || row.requestedAt >= filter.requestedFrom) &&
      (filter.requestedUntil === null || row.requestedAt <= filter.requestedUntil) &&
      (!filter.emergencyOnly || row.emergency)
    );
  };
  const rows = (filter: RequestFilter) =>
    [...requests.values()].map((each) => rowOf(host, each)).filter((row) => matches(filter, row));

  return {
    requestWaiting: () => {
      const emergencies = [...requests.values()].filter((each) => isUnseen(host, each));
      const unconfirmed = emergencies.map(({ id, code, action, endedAt }) => ({ id, code, action, at: endedAt }));
      return ok({ waiting: waitingFor(host) ?? 0, emergencies: unconfirmed });
    },
    requestAcknowledgeEmergency: ({ id }: IdRequest) => {
      const request = requests.get(id);
      if (!request || !isUnseen(host, request)) return missing();
      host.acknowledged.add(id);
      return store(request);
    },
    requestList: (request: ListRequest<RequestFilter, RequestSort>) => {
      const { cursor: _, limit: __, ...question } = request;
      const select = () => sorted(rows(request.filter), sortKey[request.sort], request.descending);
      return ok(page(`requests ${JSON.stringify(question)}`, host.version, select, request));
    },
    requestGet: ({ id }: IdRequest) => {
      const request = requests.get(id);
      return request ? ok(viewOf(host, request)) : missing();
    },
    requestTasks: (asked: RequestTasksRequest) => {
      const tasks = requests.get(asked.id)?.tasks ?? [];
      const { id, text, group } = asked;
      const selected = page(`tasks ${id} ${text} ${group}`, host.version, () => filterTasks(tasks, asked), asked);
      return ok({ ...selected, groups: groupsOf(tasks) });
    },
    requestDecide: ({ id, digest, verdict, reason, password, code }: RequestDecideRequest) => {
      const request = requests.get(id);
      if (!request) return missing();
      const why = notMine(host, request);
      if (why === "ownRequest") return refuse({ code: "ownRequest" });
      if (why !== null) return refuse({ code: "notDecidable", why });
      if (digest !== viewOf(host, request).digest) return refuse({ code: "contentChanged" });
      if (host.has("again") && password !== rightPassword) return refuse({ code: "wrongPassword" });
      if (host.has("code") && code !== "123456") return refuse({ code: "wrongCode" });
      if (verdict === "rejected" && !reason.trim()) return invalid([{ field: "reason", rule: { name: "required" } }]);
      const decision = {
        approverId: host.start.session?.userId ?? "u0",
        approver: host.start.session?.userName ?? "Ana",
        level: 1,
        verdict,
        reason,
        at: now(),
        signature: "valid" as const,
        appointedByRequester: false,
      };
      const decided = { ...request, decisions: [...request.decisions, decision] };
      const { approvals, approvalsNeeded, rejections } = rowOf(host, decided);
      if (approvals >= approvalsNeeded) return store({ ...decided, state: "applied", endedAt: now() });
      if (rejections >= host.approvers.rejectionsToEnd) return store({ ...decided, state: "rejected", endedAt: now() });
      return store(decided);
    },
    requestCancel: ({ id }: IdRequest) => {
      const request = requests.get(id);
      return request ? store({ ...request, state: "canceled", endedAt: now() }) : missing();
    },
    requestRepeat: ({ id, reason }: RequestRepeatRequest) => {
      const request = requests.get(id);
      if (!request) return missing();
      const code = requests.size + 1;
      const me = host.start.session;
      return store({
        ...request,
        id: `r-new-${code}`,
        code,
        reason,
        state: "awaitingApproval",
        requesterId: me?.userId ?? "u0",
        requester: me?.userName ?? "Ana",
        requestedAt: now(),
        validUntil: ago(-host.approvers.validityMinutes),
        endedAt: null,
        decisions: [],
        conflicts: [],
        emergency: null,
      });
    },
    requestApplyInEmergency: ({ id, justification }: EmergencyRequest) => {
      const request = requests.get(id);
      if (!request) return missing();
      const emergency = { by: host.start.session?.userName ?? "Ana", justification, at: now() };
      host.events.emergencyApplied.emit({ id });
      return store({ ...request, state: "applied", endedAt: now(), emergency });
    },
    requestExport: (_: RequestExportRequest) =>
      ok(host.has("dismiss") ? null : "/home/ana/Documents/batch-operations.csv"),
    requestExportTasks: ({ id }: IdRequest) =>
      ok(host.has("dismiss") ? null : `/home/ana/Documents/batch-operation-${requests.get(id)?.code}.csv`),
    approversGet: () => ok(host.approvers),
    approversSave: (request: ApproversSaveRequest) => {
      if (request.version !== host.approvers.version) return refuse({ code: "stale" });
      const levelOf = new Map(request.approvers.map(({ userId, level }) => [userId, level]));
      if (request.approvers.length === 0) return invalid([{ field: "approvers", rule: { name: "required" } }]);
      const problems = [
        ...request.needed.flatMap((needed, at) => outOfRange(`needed.${at + 1}`, needed, at === 0 ? 1 : 0, 10)),
        ...outOfRange("rejectionsToEnd", request.rejectionsToEnd, 1, 10),
        ...outOfRange("validityMinutes", request.validityMinutes, 5, 43_200),
      ];
      if (problems.length > 0) return invalid(problems);
      host.approvers = {
        ...host.approvers,
        people: host.approvers.people.map((each) => ({ ...each, level: levelOf.get(each.userId) ?? null })),
        levels: request.needed.map((needed, at) => ({ level: at + 1, needed })),
        rejectionsToEnd: request.rejectionsToEnd,
        validityMinutes: request.validityMinutes,
        operationsNeedingApproval: request.operationsNeedingApproval,
        version: request.version + 1,
        changedAt: now(),
      };
      const saved = host.approvers;
      host.changed("approvers", []);
      return host.has("slow") ? later(1500).then(() => ok(saved)) : ok(saved);
    },
    emergencySwitch: ({ allowed, reason }: EmergencySwitchRequest) => {
      if (!allowed) {
        host.approvers = { ...host.approvers, emergencyAllowed: false };
        host.changed("approvers", []);
        return ok(null);
      }
      const code = requests.size + 1;
      const id = `r-new-${code}`;
      host.approvers = { ...host.approvers, emergencyRequestId: id };
      host.changed("approvers", []);
      return store({
        id,
        code,
        action: "emergency",
        state: "awaitingApproval",
        requesterId: host.start.session?.userId ?? "u0",
        requester: host.start.session?.userName ?? "Ana",
        reason,
        tasks: [],
        requestedAt: now(),
        validUntil: ago(-host.approvers.validityMinutes),
        endedAt: null,
        decisions: [],
        conflicts: [],
        emergency: null,
      });
    },
  };
}
