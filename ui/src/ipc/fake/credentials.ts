// Credentials and their secrets in the in-memory host.
import type {
  CredentialFilter,
  CredentialRowView,
  CredentialSaveRequest,
  CredentialSort,
  CredentialView,
  IdRequest,
  ListRequest,
  Problem,
  SecretHiddenRequest,
  SecretRevealRequest,
  SecretVersionRevealRequest,
  SecretVersionState,
  SecretVersionView,
} from "../bindings";
import { type FakeHost, invalid, ok, refuse } from "./host";
import { page, sorted } from "./paging";
import { credentialRow, matching, notChangeable, notReconcilable, notVerifiable } from "./rows";
import { ago, now } from "./seed/seed";

const settled: SecretVersionState[] = ["current", "previous", "retired", "abandoned", "retired"];
const doubtful: SecretVersionState[] = ["candidate", "current", "previous", "retired"];

const sortKey = {
  username: (row) => row.username,
  device: (row) => row.deviceName,
  changed: (row) => row.changedAt ?? "",
  updated: (row) => row.updatedAt,
  created: (row) => row.updatedAt,
  passwordType: (row) => row.passwordType,
  status: (row) => row.status,
  sync: (row) => row.sync,
} satisfies Record<CredentialSort, (row: CredentialRowView) => string>;

const isDoubtful = ({ sync }: CredentialView) => sync === "checking" || sync === "outOfSync";

/** The verification state of a stored password, with its times. */
type Proof = Pick<CredentialView, "sync" | "provenAt" | "verification" | "verifiedAt" | "changedAt" | "passwordOrigin">;
const unproven = { provenAt: null, verification: null, verifiedAt: null };
const noPassword: Proof = { ...unproven, sync: "noPassword", changedAt: null, passwordOrigin: null };
const entered = (): Proof => ({ ...unproven, sync: "notVerified", changedAt: now(), passwordOrigin: "entered" });
const proofOf = ({ sync, provenAt, verification, verifiedAt, changedAt, passwordOrigin }: CredentialView): Proof => ({
  sync,
  provenAt,
  verification,
  verifiedAt,
  changedAt,
  passwordOrigin,
});

export function credentialCommands(host: FakeHost) {
  const { records } = host;
  const missing = () => refuse({ code: "notFound", noun: "credential" });

  const shown = (credential: CredentialView): CredentialView => ({
    ...credential,
    notChangeable: notChangeable(records, credential),
    notVerifiable: notVerifiable(records, credential),
    notReconcilable: notReconcilable(records, credential),
  });
  const labelOf = (id: string | null) => {
    const credential = records.credentials.get(id ?? "");
    return credential ? `${credential.username} on ${credential.deviceName}` : null;
  };
  /** Returns the names on the cycle from a credential over its parents back to itself; null if there is none. */
  const circle = (id: string | null, parentId: string | null): string | null => {
    const names: string[] = [];
    for (let at = parentId; at; at = records.credentials.get(at)?.execution.parentCredentialId ?? null) {
      names.push(labelOf(at) ?? at);
      if (at === id) return [labelOf(id), ...names].join(" → ");
      if (names.length > 50) return null;
    }
    return null;
  };

  const problemsOf = (request: CredentialSaveRequest): Problem[] => {
    const problems: Problem[] = [];
    const { execution } = request;
    const template = records.templates.find((each) => each.id === execution.templateId);
    const access = execution.accessCredentialId ? records.credentials.get(execution.accessCredentialId) : undefined;
    if (!request.username.trim()) problems.push({ field: "username", rule: { name: "required" } });
    const same = [...records.credentials.values()].some(
      (each) => each.username === request.username && each.deviceId === request.deviceId && each.id !== request.id,
    );
    if (same) problems.push({ field: "username", rule: { name: "duplicate" } });
    if (!records.devices.has(request.deviceId)) problems.push({ field: "deviceId", rule: { name: "required" } });
    if (request.privateKey && !request.privateKey.includes("PRIVATE KEY"))
      problems.push({ field: "privateKey", rule: { name: "invalidKey" } });
    if (execution.automaticChange && !template)
      problems.push({ field: "execution.templateId", rule: { name: "required" } });
    if (execution.automaticChange && !execution.connectWithOwn && !access)
      problems.push({ field: "execution.accessCredentialId", rule: { name: "required" } });
    const path = request.id && circle(request.id, execution.parentCredentialId);
    if (path) problems.push({ field: "execution.parentCredentialId", rule: { name: "cycle", path } });
    if (execution.reconciliation.enabled && !execution.reconciliation.credentialId)
      problems.push({ field: "execution.reconciliation.credentialId", rule: { name: "required" } });
    if (access && access.id === request.id)
      problems.push({ field: "execution.accessCredentialId", rule: { name: "sameCredential" } });
    return problems;
  };

  /** Refuses to show a password without the reason or the code that the parameters require. */
  const asked = ({ justification, code }: { justification: string | null; code: string | null }) => {
    const rules = host.start.session?.reveal;
    if (rules?.justification && !justification?.trim()) return refuse({ code: "justificationNeeded" });
    if (rules?.code && code === null) return refuse({ code: "codeNeeded" });
    if (rules?.code && code !== "123456") return refuse({ code: "wrongCode" });
    if (justification) host.justifications.push(justification);
    return null;
  };
  const versionsOf = (id: string): SecretVersionView[] => {
    const credential = records.credentials.get(id);
    if (!credential?.hasPassword) return [];
    const states = isDoubtful(credential) ? doubtful : settled;
    return states.map((state, at) => ({
      id: `${id}-v${states.length - at}`,
      number: states.length - at,
      kind: "password",
      state,
      origin: at === states.length - 1 ? "entered" : "generated",
      userName: at === states.length - 1 ? "Ana" : "Bruno",
      operationCode: at === states.length - 1 ? null : 40 - at,
      createdAt: ago(at * 43_200 + 5),
      currentAt: state === "candidate" || state === "abandoned" ? null : ago(at * 43_200 + 4),
    }));
  };
  const reveal = (
    request: { justification: string | null; code: string | null },
    id: string,
    version: SecretVersionView | null | undefined,
  ) => {
    const refused = asked(request);
    if (refused) return refused;
    const password = records.passwords.get(id);
    const credential = records.credentials.get(id);
    if (!password || !credential) return refuse({ code: "noPassword" });
    if (version === undefined) return refuse({ code: "notFound", noun: "secretVersion" });
    return ok({
      password: version && version.state !== "current" ? `old-${version.number}-${password}` : password,
      doubtful: isDoubtful(credential),
      changedAt: version?.createdAt ?? credential.changedAt ?? credential.createdAt,
      changed: version
        ? version.origin === "generated" && version.currentAt !== null
        : credential.passwordOrigin === "generated",
      hideAfterSeconds: host.has("quick") ? 2 : 30,
      shown: host.cover(),
    });
  };

  return {
    credentialList: (request: ListRequest<CredentialFilter, CredentialSort>) => {
      const { cursor: _, limit: __, ...question } = request;
      return ok(
        page(
          `credentials ${JSON.stringify(question)}`,
          host.version,
          () => {
            const rows = matching(records, request.filter).map((each) => credentialRow(records, each));
            return sorted(rows, sortKey[request.sort], request.descending);
          },
          request,
        ),
      );
    },
    credentialGet: ({ id }: IdRequest) => {
      const credential = records.credentials.get(id);
      return credential ? ok(shown(credential)) : missing();
    },
    credentialSave: (request: CredentialSaveRequest) => {
      const problems = problemsOf(request);
      if (problems.length > 0) return invalid(problems);
      const before = request.id === null ? undefined : records.credentials.get(request.id);
      const id = request.id ?? `c-new-${records.credentials.size}`;
      const { password, privateKey, ...fields } = request;
      const access = records.credentials.get(request.execution.accessCredentialId ?? "");
      const credential = {
        ...fields,
        id,
        deviceName: records.devices.get(request.deviceId)?.name ?? "",
        execution: {
          ...request.execution,
          accessCredentialLabel: access ? `${access.username} on ${access.deviceName}` : null,
          parentCredentialLabel: labelOf(request.execution.parentCredentialId),
          reconciliation: {
            ...request.execution.reconciliation,
            credentialLabel: labelOf(request.execution.reconciliation.credentialId),
          },
        },
        ...(password === null && before ? proofOf(before) : password === null ? noPassword : entered()),
        pause: before?.pause ?? null,
        expiresAt: before?.expiresAt ?? null,
        notVerifiable: null,
        notReconcilable: null,
        hasPassword: password !== null || (before?.hasPassword ?? false),
        hasPrivateKey: privateKey !== null || (before?.hasPrivateKey ?? false),
        notChangeable: null,
        openOperationId: before?.openOperationId ?? null,
        createdAt: before?.createdAt ?? now(),
        updatedAt: now(),
      };
      if (password !== null) records.passwords.set(id, password);
      records.credentials.set(id, credential);
      host.changed("credential", [id]);
      return ok(shown(credential));
    },
    credentialDelete: ({ id }: IdRequest) => {
      const users = [...records.credentials.values()].filter((each) => each.execution.accessCredentialId === id).length;
      const open = records.credentials.get(id)?.openOperationId ? 1 : 0;
      if (users + open > 0) return refuse({ code: "credentialInUse", credentials: users, operations: open });
      records.credentials.delete(id);
      host.changed("credential", [id]);
      return ok(null);
    },
    secretReveal: (request: SecretRevealRequest) => reveal(request, request.id, null),
    secretCopy: (request: SecretRevealRequest) =>
      asked(request) ??
      (records.passwords.has(request.id) ? ok({ clearsAfterSeconds: 20 }) : refuse({ code: "noPassword" })),
    secretHidden: ({ shown }: SecretHiddenRequest) => {
      host.shown.delete(shown);
      return ok(null);
    },
    secretHistory: ({ id }: IdRequest) => ok(versionsOf(id)),
    secretVersionReveal: (request: SecretVersionRevealRequest) =>
      reveal(
        request,
        request.credentialId,
        versionsOf(request.credentialId).find((each) => each.id === request.versionId),
      ),
    secretVersionCopy: (request: SecretVersionRevealRequest) => asked(request) ?? ok({ clearsAfterSeconds: 20 }),
    pluginList: () => ok(records.plugins),
    templateList: () => ok(records.templates),
  };
}
