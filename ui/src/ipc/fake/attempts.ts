// Attempts and saved filters of the in-memory host.
import type {
  AttemptFilter,
  AttemptRowView,
  AttemptSort,
  FilterRememberRequest,
  IdRequest,
  ListRequest,
  OperationFilter,
  OperationView,
  SavedFilterListRequest,
  SavedFilterSaveRequest,
} from "../bindings";
import { type FakeHost, invalid, ok, refuse } from "./host";
import { includes, page, sorted } from "./paging";
import { operationRow } from "./rows";
import type { Records } from "./seed/seed";

const sortKey = {
  started: (row) => row.startedAt,
  code: (row) => row.operationCode,
  username: (row) => row.username,
  device: (row) => row.deviceName,
  ended: (row) => row.endedAt ?? "",
} satisfies Record<AttemptSort, (row: AttemptRowView) => string | number>;

const within = (at: string | null, from: string | null, to: string | null) =>
  (!from || (at !== null && at >= from)) && (!to || (at !== null && at < to));

export function fitsOperation(records: Records, each: OperationView, filter: OperationFilter): boolean {
  const device = records.devices.get(each.deviceId);
  const tags = [...(device?.tags ?? []), ...(records.credentials.get(each.credentialId)?.tags ?? [])];
  return (
    includes(filter.text, each.username, each.deviceName, String(each.code)) &&
    (filter.code === null || each.code === filter.code) &&
    includes(filter.username, each.username) &&
    includes(filter.device, each.deviceName) &&
    includes(filter.manufacturer, device?.manufacturer ?? "") &&
    includes(filter.model, device?.model ?? "") &&
    includes(filter.website, device?.website ?? "") &&
    includes(filter.requester, each.requester) &&
    filter.tags.every((tag) => tags.includes(tag)) &&
    (filter.states.length === 0 || filter.states.includes(each.state)) &&
    (filter.types.length === 0 || filter.types.includes(each.type)) &&
    within(each.scheduledAt, filter.scheduledFrom, filter.scheduledTo) &&
    within(each.startedAt, filter.executedFrom, filter.executedTo) &&
    (!filter.credentialId || each.credentialId === filter.credentialId) &&
    (!filter.deviceId || each.deviceId === filter.deviceId) &&
    (filter.late === null || (each.state === "scheduled" && Date.parse(each.scheduledAt) < Date.now()) === filter.late)
  );
}

function rowsOf(operation: OperationView): AttemptRowView[] {
  return operation.attemptList.map((attempt) => ({
    id: `${operation.id}/${attempt.number}`,
    operationId: operation.id,
    operationCode: operation.code,
    number: attempt.number,
    type: operation.type,
    credentialId: operation.credentialId,
    username: operation.username,
    deviceId: operation.deviceId,
    deviceName: operation.deviceName,
    requester: operation.requester,
    outcome: attempt.failure ? "failed" : attempt.endedAt ? "succeeded" : "running",
    step: attempt.step,
    class: attempt.class,
    failure: attempt.failure,
    message: attempt.deviceWords?.split("\n").at(-1) ?? null,
    templateName: attempt.templateName,
    templateVersion: attempt.templateVersion,
    startedAt: attempt.startedAt,
    endedAt: attempt.endedAt,
  }));
}

export function attemptCommands(host: FakeHost) {
  const { records } = host;
  const { operations, savedFilters } = records;
  return {
    attemptList: (request: ListRequest<AttemptFilter, AttemptSort>) => {
      const { cursor: _, limit: __, ...question } = request;
      const { operation, outcomes, failures } = request.filter;
      return ok(
        page(
          `attempts ${JSON.stringify(question)}`,
          host.version,
          () => {
            const rows = [...operations.values()]
              .filter((each) => fitsOperation(records, each, operation))
              .flatMap(rowsOf)
              .filter(
                (row) =>
                  (outcomes.length === 0 || outcomes.includes(row.outcome)) &&
                  (failures.length === 0 || (row.failure !== null && failures.includes(row.failure))),
              );
            return sorted(rows, sortKey[request.sort], request.descending);
          },
          request,
        ),
      );
    },
    attemptGet: ({ id }: IdRequest) => {
      const [operationId, number] = id.split("/");
      const operation = operations.get(operationId ?? "");
      const attempt = operation?.attemptList.find((each) => String(each.number) === number);
      return operation && attempt
        ? ok({ attempt, operation: operationRow(operation) })
        : refuse({ code: "notFound", noun: "operation" });
    },
    attemptExport: () => ok({ path: "/home/ana/attempts.csv", rows: operations.size }),
    savedFilterList: ({ list }: SavedFilterListRequest) => ok({ ...savedFilters[list] }),
    savedFilterSave: ({ id, name, filter }: SavedFilterSaveRequest) => {
      const known = savedFilters[filter.list];
      if (!name.trim()) return invalid([{ field: "name", rule: { name: "required" } }]);
      if (known.saved.some((each) => each.name === name && each.id !== id))
        return invalid([{ field: "name", rule: { name: "duplicate" } }]);
      const saved = { id: id ?? `f${known.saved.length}`, name, filter };
      known.saved = [...known.saved.filter((each) => each.id !== saved.id), saved];
      host.changed("savedFilter", [saved.id]);
      return ok(saved);
    },
    savedFilterDelete: ({ id }: IdRequest) => {
      for (const known of Object.values(savedFilters)) known.saved = known.saved.filter((each) => each.id !== id);
      host.changed("savedFilter", [id]);
      return ok(null);
    },
    filterRemember: ({ filter }: FilterRememberRequest) => {
      savedFilters[filter.list].last = filter;
      return ok(null);
    },
  };
}
