// The names under which answers are kept, one family per noun: `invalidation.ts` lets go of a family at a time.
import type {
  AuditListRequest,
  CredentialListRequest,
  DeviceListRequest,
  OperationListRequest,
  UserListRequest,
} from "../ipc";

type Asked<R> = Omit<R, "cursor" | "limit">;

export const keys = {
  devices: ["device"],
  deviceList: (asked: Asked<DeviceListRequest>) => ["device", "list", asked],
  device: (id: string) => ["device", "one", id],
  credentials: ["credential"],
  credentialList: (asked: Asked<CredentialListRequest>) => ["credential", "list", asked],
  credential: (id: string) => ["credential", "one", id],
  operations: ["operation"],
  operationList: (asked: Asked<OperationListRequest>) => ["operation", "list", asked],
  operation: (id: string) => ["operation", "one", id],
  users: ["user"],
  userList: (asked: Asked<UserListRequest>) => ["user", "list", asked],
  account: ["user", "account"],
  parameters: ["parameter"],
  vault: ["vault"],
  backups: ["backup"],
  audit: ["auditEntry"],
  auditList: (asked: Asked<AuditListRequest>) => ["auditEntry", "list", asked],
  auditEntry: (number: number) => ["auditEntry", "one", number],
  auditChoices: ["auditEntry", "choices"],
  secretVersions: ["secretVersion"],
  secretHistory: (credentialId: string) => ["secretVersion", credentialId],
  plugins: ["plugin"],
  templates: ["template"],
} as const;
