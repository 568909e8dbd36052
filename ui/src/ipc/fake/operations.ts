// Requests for changes and their operations in the in-memory host.
import type {
  ChangeRequest,
  CredentialView,
  IdRequest,
  ListRequest,
  NotChangeable,
  OperationActRequest,
  OperationFilter,
  OperationRefusedView,
  OperationRowView,
  OperationSort,
  OperationType,
  OperationView,
  ReconcileRequest,
  SkippedView,
} from "../bindings";
import { fitsOperation } from "./attempts";
import { type FakeHost, ok, refuse } from "./host";
import { page, sorted } from "./paging";
import { matching, notChangeable, notReconcilable, notVerifiable, operationRow } from "./rows";
import { now } from "./seed/seed";

const sortKey = {
  scheduled: (row) => row.scheduledAt,
  code: (row) => row.code,
  username: (row) => row.username,
  device: (row) => row.deviceName,
  state: (row) => row.state,
  executed: (row) => row.startedAt ?? "",
  ended: (row) => row.endedAt ?? "",
} satisfies Record<OperationSort, (row: OperationRowView) => string | number>;

export function operationCommands(host: FakeHost) {
  const { records, work } = host;
  const { operations, credentials } = records;
  const missing = () => refuse({ code: "notFound", noun: "operation" });

  const acts = {
    runNow: (operation: OperationView) => {
      operations.set(operation.id, { ...operation, scheduledAt: now(), hold: null });
      work.enqueue(operation.id, true);
    },
    restart: (operation: OperationView) => {
      operations.set(operation.id, {
        ...operation,
        state: "scheduled",
        scheduledAt: now(),
        endedAt: null,
        failure: null,
        actions: ["runNow", "cancel"],
      });
      work.enqueue(operation.id);
    },
    cancel: (operation: OperationView) => {
      operations.set(operation.id, { ...operation, state: "canceled", endedAt: now(), actions: [] });
      const credential = credentials.get(operation.credentialId);
      if (credential) credentials.set(credential.id, { ...credential, openOperationId: null });
    },
  };
  const act = (id: string, action: keyof typeof acts) => {
    const operation = operations.get(id);
    if (!operation) return missing();
    if (!operation.actions.includes(action)) return refuse({ code: "illegalState", state: operation.state, action });
    acts[action](operation);
    host.changed("operation", [id]);
    return ok(null);
  };

  const schedule = (
    credential: CredentialView,
    fields: Pick<OperationView, "type" | "parent"> & { scheduledAt: string | null },
  ): OperationView => {
    const code = operations.size + 1;
    const { username, deviceId, deviceName } = credential;
    const { scheduledAt, ...rest } = fields;
    const operation: OperationView = {
      id: `o-new-${code}`,
      code,
      ...rest,
      credentialId: credential.id,
      username,
      deviceId,
      deviceName,
      state: "scheduled",
      step: null,
      requester: "Ana",
      origin: "person",
      scheduledAt: scheduledAt ?? now(),
      startedAt: null,
      endedAt: null,
      attempts: 0,
      failure: null,
      actions: ["runNow", "cancel"],
      nextAttemptAt: null,
      attemptList: [],
      templateName: "Linux – own account",
      templateVersion: 3,
      message: null,
      hold: null,
      immediate: false,
      children: [],
      candidateSent: false,
      noAutorun: null,
    };
    operations.set(operation.id, operation);
    credentials.set(credential.id, { ...credential, openOperationId: operation.id });
    if (scheduledAt === null) work.enqueue(operation.id);
    return operation;
  };
  const request = (
    { selection, scheduledAt }: ChangeRequest,
    type: OperationType,
    refusal: (credential: CredentialView) => NotChangeable | null,
  ) => {
    const chosen =
      selection.kind === "ids"
        ? selection.ids.flatMap((id) => credentials.get(id) ?? [])
        : matching(records, selection.filter).filter((each) => !selection.except.includes(each.id));
    const skipped: SkippedView[] = [];
    const operationIds: string[] = [];
    for (const credential of chosen) {
      const reason = refusal(credential);
      const label = `${credential.username} on ${credential.deviceName}`;
      if (reason) skipped.push({ credentialId: credential.id, label, reason });
      else operationIds.push(schedule(credential, { type, parent: null, scheduledAt }).id);
    }
    host.changed("operation", operationIds);
    host.changed("credential", []);
    return ok({ operationIds, skipped, requestId: null });
  };
  const choices = (values: (string | undefined)[]) => [...new Set(values)].filter((each) => !!each).sort() as string[];

  return {
    operationRequestChange: (asked: ChangeRequest) =>
      request(asked, "changePassword", (credential) => notChangeable(records, credential)),
    operationRequestVerification: (asked: ChangeRequest) =>
      request(asked, "passwordVerification", (credential) => notVerifiable(records, credential)),
    credentialReconcile: ({ credentialId, operationId, scheduledAt }: ReconcileRequest) => {
      const credential = credentials.get(credentialId);
      if (!credential) return refuse({ code: "notFound", noun: "credential" });
      const reason = notReconcilable(records, credential);
      if (reason) return refuse({ code: "notReconcilable", reason });
      const failed = operations.get(operationId ?? "");
      const parent = failed
        ? {
            id: failed.id,
            code: failed.code,
            type: failed.type,
            username: failed.username,
            deviceName: failed.deviceName,
            state: failed.state,
          }
        : null;
      const operation = schedule(credential, { type: "reconciliation", parent, scheduledAt });
      host.changed("operation", [operation.id]);
      return ok(operationRow(operation));
    },
    operationChoices: () => {
      const devices = [...records.devices.values()].slice(0, 200);
      return ok({
        manufacturers: choices(devices.map((each) => each.manufacturer)),
        models: choices(devices.map((each) => each.model)),
        websites: choices(devices.map((each) => each.website)),
        tags: choices(devices.flatMap((each) => each.tags)),
        requesters: ["Ana", "Bruno"],
      });
    },
    operationAct: ({ action, ids }: OperationActRequest) => {
      const done: string[] = [];
      const refused: OperationRefusedView[] = [];
      for (const id of ids) {
        const operation = operations.get(id);
        if (operation?.actions.includes(action)) {
          acts[action](operation);
          done.push(id);
        } else if (operation) refused.push({ id, code: operation.code, state: operation.state });
      }
      host.changed("operation", done);
      return ok({ done, refused });
    },
    operationExport: () => ok({ path: "/home/ana/operations.csv", rows: operations.size }),
    operationList: (request: ListRequest<OperationFilter, OperationSort>) => {
      const { cursor: _, limit: __, ...question } = request;
      const { filter } = request;
      return ok(
        page(
          `operations ${JSON.stringify(question)}`,
          host.version,
          () => {
            const rows = [...operations.values()].filter((each) => fitsOperation(records, each, filter));
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
    operationRunNow: ({ id }: IdRequest) => act(id, "runNow"),
    operationRestart: ({ id }: IdRequest) => act(id, "restart"),
    operationCancel: ({ id }: IdRequest) => act(id, "cancel"),
  };
}
