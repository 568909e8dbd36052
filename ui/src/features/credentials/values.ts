// The form of a credential as a request: an empty secret means that the stored one is kept.
import type { CredentialSaveRequest, CredentialView } from "../../ipc";

/** In the form, the two secrets are texts; empty means "keep". */
export type CredentialValues = Omit<CredentialSaveRequest, "password" | "privateKey"> & {
  password: string;
  privateKey: string;
};

export function valuesOf(credential: CredentialView | null, device: { id: string } | null): CredentialValues {
  return {
    id: credential?.id ?? null,
    username: credential?.username ?? "",
    deviceId: credential?.deviceId ?? device?.id ?? "",
    passwordType: credential?.passwordType ?? "localUser",
    domain: credential?.domain ?? "",
    additionalInformation: credential?.additionalInformation ?? "",
    tags: credential?.tags ?? [],
    status: credential?.status ?? "active",
    password: "",
    privateKey: "",
    execution: credential?.execution ?? {
      automaticChange: false,
      pluginId: null,
      templateId: null,
      connectWithOwn: true,
      accessCredentialId: null,
      accessCredentialLabel: null,
      parentCredentialId: null,
      parentCredentialLabel: null,
      childPassword: "same",
      exclusionGroup: "",
      reconciliation: {
        enabled: false,
        autorun: false,
        credentialId: null,
        credentialLabel: null,
        pluginId: null,
        templateId: null,
      },
    },
  };
}

export function requestOf({ password, privateKey, ...rest }: CredentialValues): CredentialSaveRequest {
  return { ...rest, password: password === "" ? null : password, privateKey: privateKey === "" ? null : privateKey };
}

/** Returns the tab that contains a field of the request. */
export const tabOf = (field: string): "information" | "execution" | "chain" => {
  if (/^execution\.(parent|child|exclusion|reconciliation)/.test(field)) return "chain";
  return field.startsWith("execution") ? "execution" : "information";
};
