// Single records and the short fixed lists, read through the cache.
import { useQuery } from "@tanstack/react-query";
import { call, type FilteredList } from "../ipc";
import { keys } from "./keys";

export const useDevice = (id: string | null) =>
  useQuery({
    queryKey: keys.device(id ?? ""),
    queryFn: () => call("deviceGet", { id: id ?? "" }),
    enabled: id !== null,
  });

export const useCredential = (id: string | null) =>
  useQuery({
    queryKey: keys.credential(id ?? ""),
    queryFn: () => call("credentialGet", { id: id ?? "" }),
    enabled: id !== null,
  });

export const useOperation = (id: string | null) =>
  useQuery({
    queryKey: keys.operation(id ?? ""),
    queryFn: () => call("operationGet", { id: id ?? "" }),
    enabled: id !== null,
  });

export const usePlugins = () => useQuery({ queryKey: keys.plugins, queryFn: () => call("pluginList") });

/** The plugin by which a device is usually reached, so that it need not be chosen by hand. */
export function useUsualPlugin(deviceId: string): string | null {
  const { data: plugins = [] } = usePlugins();
  const { data: device } = useDevice(deviceId || null);
  const usual = device?.connectivities[0]?.plugin;
  return plugins.find(({ id }) => id === usual)?.id ?? null;
}

export const useTemplates = () => useQuery({ queryKey: keys.templates, queryFn: () => call("templateList") });

export const useAttempt = (id: string | null) =>
  useQuery({
    queryKey: keys.attempt(id ?? ""),
    queryFn: () => call("attemptGet", { id: id ?? "" }),
    enabled: id !== null,
  });

export const usePolicy = (id: string | null) =>
  useQuery({
    queryKey: keys.policy(id ?? ""),
    queryFn: () => call("policyGet", { id: id ?? "" }),
    enabled: id !== null,
  });

export const useStrength = (id: string | null) =>
  useQuery({
    queryKey: keys.strength(id ?? ""),
    queryFn: () => call("strengthGet", { id: id ?? "" }),
    enabled: id !== null,
  });

/** The explanation whether a credential is rotated, and by which policy. */
export const useRotationOf = (id: string) =>
  useQuery({ queryKey: keys.rotationOf(id), queryFn: () => call("credentialRotation", { id }) });

export const useChainOf = (id: string) =>
  useQuery({ queryKey: keys.chainOf(id), queryFn: () => call("credentialChain", { id }) });

export const useHome = () => useQuery({ queryKey: keys.home, queryFn: () => call("homeGet") });

export const useRotationStatus = () => useQuery({ queryKey: keys.rotation, queryFn: () => call("rotationStatus") });

export const useOperationChoices = () =>
  useQuery({ queryKey: keys.operationChoices, queryFn: () => call("operationChoices") });

export const useSavedFilters = (list: FilteredList) =>
  useQuery({ queryKey: keys.savedFilterList(list), queryFn: () => call("savedFilterList", { list }) });
export const useAccount = () => useQuery({ queryKey: keys.account, queryFn: () => call("accountGet") });

export const useParameters = () => useQuery({ queryKey: keys.parameters, queryFn: () => call("parameterList") });

export const useVault = () => useQuery({ queryKey: keys.vault, queryFn: () => call("vaultGet") });

export const useBackups = () => useQuery({ queryKey: keys.backups, queryFn: () => call("backupList") });

export const useAuditEntry = (number: number) =>
  useQuery({ queryKey: keys.auditEntry(number), queryFn: () => call("auditGet", { number }) });

export const useAuditChoices = () => useQuery({ queryKey: keys.auditChoices, queryFn: () => call("auditChoices") });

export const useSecretHistory = (id: string) =>
  useQuery({ queryKey: keys.secretHistory(id), queryFn: () => call("secretHistory", { id }) });

export const useRequest = (id: string) =>
  useQuery({ queryKey: keys.request(id), queryFn: () => call("requestGet", { id }) });

/** The number of requests that wait for the signed-in user's decision; asked for only if the user may decide. */
export const useRequestWaiting = (enabled: boolean) =>
  useQuery({ queryKey: keys.requestWaiting, queryFn: () => call("requestWaiting"), enabled });

export const useApprovers = (enabled = true) =>
  useQuery({ queryKey: keys.approvers, queryFn: () => call("approversGet"), enabled });
