// Requests for changes and their operations in the in-memory host.
import type {
  ChangeRequest,
  IdRequest,
  OperationAction,
  OperationListRequest,
  OperationRowView,
  SkippedView,
} from "../bindings";
import { type FakeHost, ok, refuse } from "./host";
import { includes, page, sorted } from "./paging";
import { matching, notChangeable, operationRow } from "./rows";
import { now } from "./seed";

const sortKey = {
  scheduled: (row) => row.scheduledAt,
  code: (row) => row.code,
  username: (row) => row.username,
  device: (row) => row.deviceName,
  state: (row) => row.state,
  executed: (row) => row.startedAt ?? "",
} satisfies Record<OperationListRequest["sort"], (row: OperationRowView) => string | number>;

export function operationCommands(host: FakeHost) {
  const { records, work } = host;
  const { operations, credentials } = records;
  const missing = () => refuse({ code: "notFound", noun: "operation" });

  const allowed = (id: string, action: OperationAction) => {
    const operation = operations.get(id);
    if (!operation) return { refused: missing() };
    if (!operation.actions.includes(action))
      return { refused: refuse({ code: "illegalState", state: operation.state, action }) };
    return { operation };
  };

  return {
    operationRequestChange: ({ selection, scheduledAt }: ChangeRequest) => {
      const chosen =
        selection.kind === "ids"
          ? selection.ids.flatMap((id) => credentials.get(id) ?? [])
          : matching(records, selection.filter).filter((each) => !selection.except.includes(each.id));
      const skipped: SkippedView[] = [];
      const operationIds: string[] = [];
      for (const credential of chosen) {
        const reason = notChangeable(records, credential);
        if (reason) {
          skipped.push({
            credentialId: credential.id,
            label: `${credential.username} on ${credential.deviceName}`,
            reason,
          });
          continue;
        }
        const code = operations.size + 1;
        const id = `o-new-${code}`;
        operations.set(id, {
          id,
          code,
          type: "changePassword",
          credentialId: credential.id,
          username: credential.username,
          deviceId: credential.deviceId,
          deviceName: credential.deviceName,
          state: "scheduled",
          step: null,
          requester: "Ana",
          scheduledAt: scheduledAt ?? now(),
          startedAt: null,
          endedAt: null,
          attempts: 0,
          failure: null,
          actions: ["runNow", "cancel"],
          nextAttemptAt: null,
          attemptList: [],
        });
        credentials.set(credential.id, { ...credential, openOperationId: id });
        operationIds.push(id);
        if (scheduledAt === null) work.enqueue(id);
      }
      host.changed("operation", operationIds);
      host.changed("credential", []);
      return ok({ operationIds, skipped, requestId: null });
    },
    operationList: (request: OperationListRequest) => {
      const { cursor: _, limit: __, ...question } = request;
      const { filter } = request;
      return ok(
        page(
          `operations ${JSON.stringify(question)}`,
          host.version,
          () => {
            const rows = [...operations.values()].filter(
              (each) =>
                includes(filter.text, each.username, each.deviceName, each.requester, String(each.code)) &&
                (filter.states.length === 0 || filter.states.includes(each.state)) &&
                (!filter.credentialId || each.credentialId === filter.credentialId) &&
                (!filter.deviceId || each.deviceId === filter.deviceId),
            );
            return sorted(rows.map(operationRow), sortKey[request.sort], request.descending);
          },
          request,
        ),
      );
    },
    operationGet: ({ id }: IdRequest) => {
      const operation = operations.get(id);
      return operation ? ok(operation) : missing();
    },
    operationRunNow: ({ id }: IdRequest) => {
      const { operation, refused } = allowed(id, "runNow");
      if (!operation) return refused;
      operations.set(id, { ...operation, scheduledAt: now() });
      work.enqueue(id, true);
      host.changed("operation", [id]);
      return ok(null);
    },
    operationRestart: ({ id }: IdRequest) => {
      const { operation, refused } = allowed(id, "restart");
      if (!operation) return refused;
      operations.set(id, {
        ...operation,
        state: "scheduled",
        scheduledAt: now(),
        endedAt: null,
        failure: null,
        actions: ["runNow", "cancel"],
      });
      work.enqueue(id);
      host.changed("operation", [id]);
      return ok(null);
    },
    operationCancel: ({ id }: IdRequest) => {
      const { operation, refused } = allowed(id, "cancel");
      if (!operation) return refused;
      operations.set(id, { ...operation, state: "canceled", endedAt: now(), actions: [] });
      const credential = credentials.get(operation.credentialId);
      if (credential) credentials.set(credential.id, { ...credential, openOperationId: null });
      host.changed("operation", [id]);
      return ok(null);
    },
  };
}
