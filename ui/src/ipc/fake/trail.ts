// The audit trail of the in-memory host.
import type { AuditEntryView, AuditFilter, AuditListRequest, AuditRowView } from "../bindings";
import type { Commands } from "../host";
import { type FakeHost, ok, refuse } from "./host";
import { includes, page } from "./paging";

function matches(filter: AuditFilter, entry: AuditEntryView): boolean {
  const names: Record<string, string> = { u0: "Ana", u1: "Bruno" };
  return (
    includes(filter.text, entry.action, entry.objectLabel ?? "", entry.userName ?? "") &&
    (filter.users.length === 0 || filter.users.some((id) => names[id] === entry.userName)) &&
    (filter.actions.length === 0 || filter.actions.includes(entry.action)) &&
    (filter.nouns.length === 0 || filter.nouns.includes(entry.noun ?? "")) &&
    (filter.objectId === null || entry.objectId === filter.objectId) &&
    (filter.from === null || entry.at >= filter.from) &&
    (filter.until === null || entry.at <= filter.until)
  );
}

function rowOf({ changes: _, facts: __, hash: ___, previous: ____, ...row }: AuditEntryView): AuditRowView {
  return row;
}

export function auditCommands(host: FakeHost) {
  const select = (filter: AuditFilter) => host.audit.filter((entry) => matches(filter, entry));
  return {
    auditList: (request: AuditListRequest) => {
      const { filter, descending } = request;
      const rows = () => {
        const chosen = select(filter).map(rowOf);
        return descending ? chosen.reverse() : chosen;
      };
      return ok(page(`audit ${JSON.stringify({ filter, descending })}`, host.version, rows, request));
    },
    auditGet: ({ number }) => {
      const entry = host.audit[number - 1];
      return entry ? ok(entry) : refuse({ code: "notFound", noun: "auditEntry" });
    },
    auditChoices: () =>
      ok({
        users: [...host.users.values()].slice(0, 3).map(({ id, name }) => ({ id, name })),
        actions: [...new Set(host.audit.slice(0, 50).map(({ action }) => action))],
        nouns: [...new Set(host.audit.slice(0, 50).map(({ noun }) => noun ?? ""))].filter(Boolean),
      }),
    auditVerify: async () => {
      if (!(await host.task("auditVerify", [["walkingTrail", host.audit.length]]))) return refuse({ code: "canceled" });
      if (host.has("broken"))
        return ok({
          verdict: "broken" as const,
          entry: 2,
          what: "changed" as const,
          before: host.audit[0]?.at ?? null,
        });
      return ok({
        verdict: "intact" as const,
        entries: host.audit.length,
        heads: 41,
        signedAt: host.audit.at(-1)?.at ?? null,
        signedBy: "Ana",
      });
    },
    auditExport: async ({ format, filter }) => {
      if (host.has("dismiss")) return ok(null);
      const chosen = select(filter).length;
      if (!(await host.task("auditExport", [["writing", chosen]]))) return refuse({ code: "canceled" });
      const ending = { csv: "csv", jsonLines: "jsonl", cef: "cef" }[format];
      return ok({ path: `/home/ana/Documents/audit.${ending}`, rows: chosen });
    },
  } satisfies Partial<Commands>;
}
