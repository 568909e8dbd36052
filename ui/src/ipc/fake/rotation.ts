// The explanation of rotation, chains, pauses, Home and the expiration report in the in-memory host.
import type {
  ChainNodeView,
  CredentialPauseRequest,
  CredentialResumeRequest,
  CredentialView,
  ExpirationFilter,
  ExpirationRowView,
  ExpirationSort,
  IdRequest,
  ListRequest,
  PolicyReasonView,
  PolicyStatus,
  RotationPauseRequest,
  RotationReason,
  Selection,
  TimeZoneRequest,
} from "../bindings";
import { type FakeHost, invalid, ok, refuse } from "./host";
import { includes, page, sorted } from "./paging";
import { waitingFor } from "./requests";
import { criteriaOf, matching, nextDueOf, notChangeable, operationRow, policyOf, policyStatusOf } from "./rows";
import { now } from "./seed/seed";

const sortKey = {
  expires: (row) => row.expiresAt ?? "9",
  username: (row) => row.username,
  device: (row) => row.deviceName,
  changed: (row) => row.changedAt ?? "",
} satisfies Record<ExpirationSort, (row: ExpirationRowView) => string>;

const day = 86_400_000;
const days = { expired: 0, week: 7, month: 30, quarter: 90 };

export function rotationCommands(host: FakeHost) {
  const { records } = host;
  const { credentials, operations, policies } = records;
  const missing = () => refuse({ code: "notFound", noun: "credential" });
  const some = () => [...credentials.values()].slice(0, 2000);
  const selected = (selection: Selection) =>
    selection.kind === "ids"
      ? selection.ids.flatMap((id) => credentials.get(id) ?? [])
      : matching(records, selection.filter).filter((each) => !selection.except.includes(each.id));

  const reasonsOf = (credential: CredentialView): RotationReason[] => {
    const reasons: RotationReason[] = [];
    const policy = policyOf(records, credential);
    const reason = notChangeable(records, credential);
    if (credential.status === "inactive") reasons.push({ code: "inactive" });
    if (!credential.execution.automaticChange) reasons.push({ code: "automaticChangeOff" });
    if (reason && !["inactive", "noAutomaticChange", "openOperation"].includes(reason))
      reasons.push({ code: "notChangeable", reason });
    if (credential.passwordOrigin !== "generated") reasons.push({ code: "neverRequested" });
    if (!policy) reasons.push({ code: "noPolicy" });
    if (records.pause) reasons.push({ code: "everythingPaused", pause: records.pause });
    if (policy?.pause) reasons.push({ code: "policyPaused", policy: policy.name, pause: policy.pause });
    if (credential.pause) reasons.push({ code: "credentialPaused", pause: credential.pause });
    if (credential.sync === "outOfSync") reasons.push({ code: "outOfSync" });
    if (credential.verification === "refused")
      reasons.push({ code: "verificationRefused", at: credential.verifiedAt ?? now() });
    return reasons;
  };
  const policiesOf = (credential: CredentialView): PolicyReasonView[] => {
    const applying = policyOf(records, credential);
    return [...policies.values()]
      .map((policy): PolicyReasonView => {
        const criteria = criteriaOf(records, policy, credential);
        const fits = criteria.every(({ matches }) => matches);
        const status = !fits
          ? "doesNotMatch"
          : policy.id === applying?.id
            ? "applies"
            : policy.priority < (applying?.priority ?? 0)
              ? "lowerPriority"
              : "laterName";
        return { policyId: policy.id, policyName: policy.name, priority: policy.priority, status, criteria };
      })
      .sort((a, b) => Number(b.status === "applies") - Number(a.status === "applies") || b.priority - a.priority)
      .slice(0, 20);
  };
  const node = (credential: CredentialView, depth: number): ChainNodeView => {
    const operation = [...operations.values()].findLast((each) => each.credentialId === credential.id);
    return {
      id: credential.id,
      parentId: credential.execution.parentCredentialId,
      depth,
      username: credential.username,
      deviceName: credential.deviceName,
      status: credential.status,
      sync: credential.sync,
      childPassword: depth === 0 ? null : credential.execution.childPassword,
      changedAt: credential.changedAt,
      operationId: operation?.id ?? null,
      operationState: operation?.state ?? null,
      step: operation?.step ?? null,
      problem: depth === 0 ? null : notChangeable(records, credential),
    };
  };
  const below = (credential: CredentialView, depth: number): ChainNodeView[] => [
    node(credential, depth),
    ...some()
      .filter((each) => each.execution.parentCredentialId === credential.id)
      .flatMap((each) => below(each, depth + 1)),
  ];
  const status = () => ({
    pause: records.pause,
    waitsForOperator: host.has("waiting"),
    running: [...operations.values()].filter((each) => each.state === "running").length,
    timeZone: records.timeZone,
  });
  const setPause = (pause: typeof records.pause) => {
    records.pause = pause;
    host.version += 1;
    host.events.rotationChanged.emit(status());
    return ok(status());
  };

  return {
    credentialRotation: ({ id }: IdRequest) => {
      const credential = credentials.get(id);
      if (!credential) return missing();
      const due = nextDueOf(records, credential);
      return ok({
        reasons: reasonsOf(credential),
        due: due ? [{ kind: "period" as const, at: due }] : [],
        policies: policiesOf(credential),
      });
    },
    credentialChain: ({ id }: IdRequest) => {
      let root = credentials.get(id);
      if (!root) return missing();
      while (root.execution.parentCredentialId) {
        const parent = credentials.get(root.execution.parentCredentialId);
        if (!parent) break;
        root = parent;
      }
      return ok({ nodes: below(root, 0), truncated: false });
    },
    credentialPause: ({ selection, reason }: CredentialPauseRequest) => {
      if (!reason.trim()) return invalid([{ field: "reason", rule: { name: "required" } }]);
      const chosen = selected(selection);
      for (const each of chosen) credentials.set(each.id, { ...each, pause: { reason, by: "Ana", at: now() } });
      host.changed(
        "credential",
        chosen.map(({ id }) => id),
      );
      return ok({ count: chosen.length });
    },
    credentialResume: ({ selection }: CredentialResumeRequest) => {
      const chosen = selected(selection);
      for (const each of chosen) credentials.set(each.id, { ...each, pause: null });
      host.changed(
        "credential",
        chosen.map(({ id }) => id),
      );
      return ok({ count: chosen.length });
    },
    rotationStatus: () => ok(status()),
    rotationPause: ({ reason }: RotationPauseRequest) =>
      reason.trim()
        ? setPause({ reason, by: "Ana", at: now() })
        : invalid([{ field: "reason", rule: { name: "required" } }]),
    rotationResume: () => setPause(null),
    rotationSetTimeZone: ({ timeZone }: TimeZoneRequest) => {
      records.timeZone = timeZone;
      return setPause(records.pause);
    },
    homeGet: () => {
      const statuses = some().map((each) => policyStatusOf(records, each));
      const count = (status: PolicyStatus) => statuses.filter((each) => each === status).length;
      const all = [...operations.values()].slice(0, 3000);
      const running = [...operations.values()].filter((each) => each.state === "running");
      const waiting = all
        .filter((each) => each.state === "scheduled")
        .sort((a, b) => a.scheduledAt.localeCompare(b.scheduledAt));
      const first = Math.floor(Date.now() / 3_600_000) * 3_600_000;
      return ok({
        figures: {
          credentials: credentials.size,
          withinPolicy: count("withinPolicy"),
          overdue: count("overdue"),
          inError: count("inError"),
          outOfSync: count("outOfSync"),
          withoutPolicy: count("withoutPolicy"),
          neverChanged: count("neverChanged"),
          notVerified: count("notVerified"),
        },
        running: running.slice(0, 12).map(operationRow),
        runningTotal: running.length,
        next: waiting.slice(0, 12).map((each) => ({
          at: each.scheduledAt,
          operationId: each.id,
          operationCode: each.code,
          credentialId: each.credentialId,
          username: each.username,
          deviceName: each.deviceName,
          type: each.type,
          origin: each.origin,
        })),
        timeline: Array.from({ length: 24 }, (_, index) => ({
          from: new Date(first + index * 3_600_000).toISOString(),
          count: all.length === 0 ? 0 : all.length < 10 ? Number(index === 3) : (index * 7 + 3) % 11,
        })),
        missed: host.large ? { count: 42, until: new Date(Date.now() + day / 6).toISOString() } : null,
        late: host.large ? 3 : 0,
        lateSince: host.large ? new Date(Date.now() - day / 12).toISOString() : null,
        approvals: waitingFor(host),
        failures: all
          .filter((each) => each.state === "error")
          .slice(0, 6)
          .map(operationRow),
      });
    },
    expirationList: (request: ListRequest<ExpirationFilter, ExpirationSort>) => {
      const { cursor: _, limit: __, ...question } = request;
      const { text, policyId, range } = request.filter;
      const within = (at: string | null) =>
        range === null ||
        (range === "never" ? at === null : at !== null && Date.parse(at) < Date.now() + days[range] * day);
      return ok(
        page(
          `expiration ${JSON.stringify(question)}`,
          host.version,
          () => {
            const rows = some().map((each): ExpirationRowView => {
              const policy = policyOf(records, each);
              return {
                credentialId: each.id,
                username: each.username,
                deviceName: each.deviceName,
                policyId: policy?.id ?? null,
                policyName: policy?.name ?? null,
                changedAt: each.changedAt,
                expiresAt: each.expiresAt,
                nextDueAt: nextDueOf(records, each),
                status: policyStatusOf(records, each),
              };
            });
            const fitting = rows.filter(
              (row) =>
                includes(text, row.username, row.deviceName) &&
                (!policyId || row.policyId === policyId) &&
                within(row.expiresAt),
            );
            return sorted(fitting, sortKey[request.sort], request.descending);
          },
          request,
        ),
      );
    },
    expirationExport: () => ok({ path: "/home/ana/expiration.csv", rows: credentials.size }),
  };
}
