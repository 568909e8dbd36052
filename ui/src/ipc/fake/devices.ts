// Devices of the in-memory host, with host keys that are new, the same, or changed.
import type {
  DeviceFilter,
  DeviceListRequest,
  DeviceRowView,
  DeviceSaveRequest,
  DeviceTrustRequest,
  IdRequest,
  Problem,
} from "../bindings";
import { type FakeHost, invalid, ok, refuse } from "./host";
import { outOfRange } from "./numbers";
import { includes, page, sorted } from "./paging";
import { deviceRow } from "./rows";
import { inventedFingerprint, now } from "./seed/seed";

const sortKey = {
  name: (row) => row.name,
  address: (row) => row.address,
  type: (row) => row.type,
  site: (row) => row.site,
  updated: (row) => row.updatedAt,
  created: (row) => row.updatedAt,
  criticality: (row) => row.criticality,
  manufacturer: (row) => row.manufacturer,
} satisfies Record<DeviceListRequest["sort"], (row: DeviceRowView) => string>;

export function deviceCommands(host: FakeHost) {
  const { devices, credentials } = host.records;
  const missing = () => refuse({ code: "notFound", noun: "device" });
  const counts = () => {
    const count = new Map<string, number>();
    for (const each of credentials.values()) count.set(each.deviceId, (count.get(each.deviceId) ?? 0) + 1);
    return count;
  };
  const fits = (row: DeviceRowView, filter: DeviceFilter) =>
    includes(filter.text, row.name, row.address, row.manufacturer, row.model) &&
    (!filter.type || row.type === filter.type) &&
    (!filter.site || row.site === filter.site) &&
    (!filter.tag || row.tags.includes(filter.tag));

  const problemsOf = (request: DeviceSaveRequest): Problem[] => {
    const problems: Problem[] = [];
    if (!request.name.trim()) problems.push({ field: "name", rule: { name: "required" } });
    else if ([...devices.values()].some((each) => each.name === request.name && each.id !== request.id))
      problems.push({ field: "name", rule: { name: "duplicate" } });
    if (!request.address.trim()) problems.push({ field: "address", rule: { name: "required" } });
    else if (/\s/.test(request.address)) problems.push({ field: "address", rule: { name: "invalidAddress" } });
    return [...problems, ...outOfRange("connectivities.0.port", request.connectivities[0]?.port, 1, 65535)];
  };

  return {
    deviceList: (request: DeviceListRequest) => {
      const { cursor: _, limit: __, ...question } = request;
      return ok(
        page(
          `devices ${JSON.stringify(question)}`,
          host.version,
          () => {
            const count = counts();
            const rows = [...devices.values()].map((each) => ({
              ...deviceRow(each),
              credentials: count.get(each.id) ?? 0,
            }));
            return sorted(
              rows.filter((row) => fits(row, request.filter)),
              sortKey[request.sort],
              request.descending,
            );
          },
          request,
        ),
      );
    },
    deviceGet: ({ id }: IdRequest) => {
      const device = devices.get(id);
      return device ? ok({ ...device, credentials: counts().get(id) ?? 0 }) : missing();
    },
    deviceSave: (request: DeviceSaveRequest) => {
      const problems = problemsOf(request);
      if (problems.length > 0) return invalid(problems);
      const before = request.id === null ? undefined : devices.get(request.id);
      const id = request.id ?? `d-new-${devices.size}`;
      const device = {
        ...request,
        id,
        hostKey: before?.hostKey ?? null,
        credentials: 0,
        createdAt: before?.createdAt ?? now(),
        updatedAt: now(),
      };
      devices.set(id, device);
      host.changed("device", [id]);
      return ok(device);
    },
    deviceDelete: ({ id }: IdRequest) => {
      const used = counts().get(id) ?? 0;
      if (used > 0) return refuse({ code: "deviceInUse", credentials: used });
      devices.delete(id);
      host.changed("device", [id]);
      return ok(null);
    },
    deviceIdentify: async ({ id }: IdRequest) => {
      const device = devices.get(id);
      if (!device) return missing();
      await new Promise((resolve) => setTimeout(resolve, 150));
      if (device.name.includes("down"))
        return refuse({ code: "unreachable", address: device.address, failure: "unreachable" });
      const changed = device.hostKey !== null && (host.has("changedkey") || device.name.includes("changed"));
      const fingerprint = inventedFingerprint(changed ? `${id} changed` : id);
      return ok({
        kind: "hostKey" as const,
        algorithm: "ssh-ed25519",
        fingerprint,
        key: fingerprint.slice(7),
        status: device.hostKey === null ? ("new" as const) : changed ? ("changed" as const) : ("same" as const),
        pinned: device.hostKey,
      });
    },
    deviceTrust: ({ id, algorithm, key }: DeviceTrustRequest) => {
      const device = devices.get(id);
      if (!device) return missing();
      const trusted = {
        ...device,
        hostKey: {
          kind: "hostKey" as const,
          algorithm,
          fingerprint: `SHA256:${key}`,
          acceptedBy: "Ana",
          acceptedAt: now(),
        },
      };
      devices.set(id, trusted);
      host.changed("device", [id]);
      return ok(trusted);
    },
  };
}
