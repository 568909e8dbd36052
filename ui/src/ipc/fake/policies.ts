// Policies and strengths of the in-memory host.
import type {
  IdRequest,
  ListRequest,
  PeriodTriggerView,
  PolicyFilter,
  PolicyPauseRequest,
  PolicyRowView,
  PolicySaveRequest,
  PolicySort,
  PolicyView,
  Problem,
  StrengthEstimateRequest,
  StrengthFilter,
  StrengthRowView,
  StrengthSaveRequest,
  StrengthSort,
  TriggersView,
} from "../bindings";
import { type FakeHost, invalid, ok, refuse } from "./host";
import { outOfRange, outOfRangeIfAny } from "./numbers";
import { includes, page, sorted } from "./paging";
import { policyOf } from "./rows";
import { bitsOf, estimateOf, problemsOfRules } from "./rules";
import { now } from "./seed/seed";

const policyKey = {
  priority: (row) => row.priority,
  name: (row) => row.name,
  updated: (row) => row.updatedAt,
} satisfies Record<PolicySort, (row: PolicyRowView) => string | number>;

const strengthKey = {
  name: (row) => row.name,
  bits: (row) => row.bits,
  updated: (row) => row.updatedAt,
} satisfies Record<StrengthSort, (row: StrengthRowView) => string | number>;

const hour = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

function problemsOfTriggers({ period, verification, view, expiry }: TriggersView): Problem[] {
  const most = (trigger: PeriodTriggerView) => (trigger.unit === "hours" ? 87_600 : 3650);
  return [
    ...(period ? outOfRange("triggers.period.every", period.every, 1, most(period)) : []),
    ...(verification ? outOfRange("triggers.verification.every", verification.every, 1, most(verification)) : []),
    ...(view ? outOfRange("triggers.view.delayMinutes", view.delayMinutes, 0, 43_200) : []),
    ...(expiry ? outOfRange("triggers.expiry.lifetimeDays", expiry.lifetimeDays, 1, 3650) : []),
  ];
}

export function policyCommands(host: FakeHost) {
  const { records } = host;
  const { policies, strengths, credentials } = records;
  const missing = () => refuse({ code: "notFound", noun: "policy" });
  const noStrength = () => refuse({ code: "notFound", noun: "strength" });
  // Only the first two thousand are matched: the real host can match a hundred thousand quickly.
  const some = () => [...credentials.values()].slice(0, 2000);

  const counts = () => {
    const count = new Map<string, number>();
    for (const each of some()) {
      const id = policyOf(records, each)?.id;
      if (id) count.set(id, (count.get(id) ?? 0) + 1);
    }
    return count;
  };
  const problemsOf = (request: PolicySaveRequest): Problem[] => {
    const problems: Problem[] = [];
    if (!request.name.trim()) problems.push({ field: "name", rule: { name: "required" } });
    if ([...policies.values()].some((each) => each.name === request.name && each.id !== request.id))
      problems.push({ field: "name", rule: { name: "duplicate" } });
    if (!strengths.has(request.strengthId)) problems.push({ field: "strengthId", rule: { name: "required" } });
    problems.push(...outOfRange("priority", request.priority, 0, 100), ...problemsOfTriggers(request.triggers));
    const { attempts, backOffSeconds, connectTimeoutSeconds, readTimeoutSeconds } = request.overrides;
    problems.push(
      ...outOfRangeIfAny("overrides.attempts", attempts, 1, 20),
      ...outOfRangeIfAny("overrides.backOffSeconds", backOffSeconds, 1, 86_400),
      ...outOfRangeIfAny("overrides.connectTimeoutSeconds", connectTimeoutSeconds, 1, 600),
      ...outOfRangeIfAny("overrides.readTimeoutSeconds", readTimeoutSeconds, 1, 3600),
    );
    for (const [kind, trigger] of Object.entries(request.triggers))
      trigger?.windows.forEach((window, at) => {
        const field = `triggers.${kind}.windows.${at}`;
        if (!hour.test(window.from)) problems.push({ field: `${field}.from`, rule: { name: "invalidWindow" } });
        if (!hour.test(window.to) || window.to === window.from)
          problems.push({ field: `${field}.to`, rule: { name: "invalidWindow" } });
        if (window.weekdays.length === 0) problems.push({ field: `${field}.weekdays`, rule: { name: "required" } });
      });
    return problems;
  };
  const made = (request: PolicySaveRequest): PolicyView => {
    const before = policies.get(request.id ?? "");
    return {
      ...request,
      id: request.id ?? `p-new-${policies.size}`,
      strengthName: strengths.get(request.strengthId)?.name ?? "",
      pause: before?.pause ?? null,
      credentials: 0,
      createdAt: before?.createdAt ?? now(),
      updatedAt: now(),
    };
  };
  const shown = (policy: PolicyView) => ({ ...policy, credentials: counts().get(policy.id) ?? 0 });

  return {
    policyList: (request: ListRequest<PolicyFilter, PolicySort>) => {
      const { cursor: _, limit: __, ...question } = request;
      const { filter } = request;
      return ok(
        page(
          `policies ${JSON.stringify(question)}`,
          host.version,
          () => {
            const count = counts();
            const rows = [...policies.values()]
              .filter(
                (each) =>
                  includes(filter.text, each.name) &&
                  (!filter.strengthId || each.strengthId === filter.strengthId) &&
                  (filter.paused === null || (each.pause !== null) === filter.paused),
              )
              .map(({ overrides: ___, createdAt: ____, pause, ...each }) => ({
                ...each,
                paused: pause !== null,
                credentials: count.get(each.id) ?? 0,
              }));
            return sorted(rows, policyKey[request.sort], request.descending);
          },
          request,
        ),
      );
    },
    policyGet: ({ id }: IdRequest) => {
      const policy = policies.get(id);
      return policy ? ok(shown(policy)) : missing();
    },
    policyPreview: (request: PolicySaveRequest) => {
      const problems = problemsOf(request).filter(({ rule }) => rule.name === "outOfRange");
      if (problems.length > 0) return invalid(problems);
      const next = made(request);
      const after = [...policies.values()].filter((each) => each.id !== next.id).concat(next);
      const moves = some().flatMap((each) => {
        const [from, to] = [policyOf(records, each), policyOf(records, each, after)];
        return from?.id === to?.id
          ? []
          : [
              {
                credentialId: each.id,
                username: each.username,
                deviceName: each.deviceName,
                from: from?.name ?? null,
                to: to?.name ?? null,
                gains: to?.id === next.id,
              },
            ];
      });
      const gained = moves.filter((move) => move.gains).length;
      return ok({
        applies: some().filter((each) => policyOf(records, each, after)?.id === next.id).length,
        gained,
        lost: moves.length - gained,
        moves: moves.slice(0, 50).map(({ gains: _, ...move }) => move),
      });
    },
    policySave: (request: PolicySaveRequest) => {
      const problems = problemsOf(request);
      if (problems.length > 0) return invalid(problems);
      const policy = made(request);
      policies.set(policy.id, policy);
      host.changed("policy", [policy.id]);
      return ok(shown(policy));
    },
    policyDelete: ({ id }: IdRequest) => {
      policies.delete(id);
      host.changed("policy", [id]);
      return ok(null);
    },
    policyPause: ({ id, reason }: PolicyPauseRequest) => {
      const policy = policies.get(id);
      if (!policy) return missing();
      if (!reason.trim()) return invalid([{ field: "reason", rule: { name: "required" } }]);
      const paused = { ...policy, pause: { reason, by: "Ana", at: now() } };
      policies.set(id, paused);
      host.changed("policy", [id]);
      return ok(shown(paused));
    },
    policyResume: ({ id }: IdRequest) => {
      const policy = policies.get(id);
      if (!policy) return missing();
      policies.set(id, { ...policy, pause: null });
      host.changed("policy", [id]);
      return ok(shown({ ...policy, pause: null }));
    },
    strengthList: (request: ListRequest<StrengthFilter, StrengthSort>) => {
      const { cursor: _, limit: __, ...question } = request;
      return ok(
        page(
          `strengths ${JSON.stringify(question)}`,
          host.version,
          () => {
            const rows = [...strengths.values()]
              .filter((each) => includes(request.filter.text, each.name))
              .map(({ createdAt: ___, ...each }) => ({
                ...each,
                bits: bitsOf(each.rules),
                usable: problemsOfRules(each.rules).length === 0,
                policies: [...policies.values()].filter((policy) => policy.strengthId === each.id).length,
              }));
            return sorted(rows, strengthKey[request.sort], request.descending);
          },
          request,
        ),
      );
    },
    strengthGet: ({ id }: IdRequest) => {
      const strength = strengths.get(id);
      return strength ? ok(strength) : noStrength();
    },
    strengthEstimate: ({ rules }: StrengthEstimateRequest) => {
      host.asked += 1;
      return ok(estimateOf(rules, host.asked));
    },
    strengthSave: (request: StrengthSaveRequest) => {
      const problems = problemsOfRules(request.rules);
      if (!request.name.trim()) problems.push({ field: "name", rule: { name: "required" } });
      if (problems.length > 0) return invalid(problems);
      const before = strengths.get(request.id ?? "");
      const strength = {
        ...request,
        id: request.id ?? `s-new-${strengths.size}`,
        builtIn: before?.builtIn ?? false,
        policies: before?.policies ?? 0,
        createdAt: before?.createdAt ?? now(),
        updatedAt: now(),
      };
      strengths.set(strength.id, strength);
      host.changed("strength", [strength.id]);
      return ok(strength);
    },
    strengthDelete: ({ id }: IdRequest) => {
      const used = [...policies.values()].filter((policy) => policy.strengthId === id).length;
      if (used > 0) return refuse({ code: "strengthInUse", policies: used });
      if (strengths.get(id)?.builtIn) return refuse({ code: "builtIn" });
      strengths.delete(id);
      host.changed("strength", [id]);
      return ok(null);
    },
  };
}
