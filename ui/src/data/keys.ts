// The names under which answers are kept, one family per noun: `invalidation.ts` lets go of a family at a time.
import type { CredentialListRequest, DeviceListRequest, OperationListRequest } from "../ipc";

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
  plugins: ["plugin"],
  templates: ["template"],
} as const;
