// Fields to choose a device or a credential among very many.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { RemoteSelect } from "../../components/fields/RemoteSelect";
import { keys } from "../../data/keys";
import { call } from "../../ipc";
import { allCredentials } from "./filter";

type Picker = {
  value: string | null;
  valueLabel: string | null;
  error?: ReactNode;
  onChange: (id: string | null, label: string | null) => void;
};

const shown = 50;

export function DevicePicker({ compact, ...props }: Picker & { compact?: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const asked = {
    filter: { text: text || null, type: null, site: null, tag: null },
    sort: "name" as const,
    descending: false,
  };
  const { data } = useQuery({
    queryKey: [...keys.deviceList(asked), "picker"],
    queryFn: () => call("deviceList", { ...asked, cursor: null, limit: shown }),
    placeholderData: keepPreviousData,
  });
  const options = data?.rows.map((row) => ({ value: row.id, label: row.name })) ?? [];
  return (
    <RemoteSelect
      key={compact ? (props.valueLabel ?? "") : undefined}
      label={t("credentials.device")}
      compact={compact}
      required={!compact}
      clearable={compact}
      placeholder={compact ? t("credentials.device") : t("credentials.deviceSearch")}
      options={options}
      onSearch={setText}
      {...props}
      onChange={(option) => props.onChange(option?.value ?? null, option?.label ?? null)}
    />
  );
}

/** Chooses any other active credential: a parent, or the reconciliation credential. */
export function CredentialPicker({
  label,
  description,
  except,
  ...props
}: Picker & { label: string; description?: string; except: string | null }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const asked = {
    filter: { ...allCredentials, text: text || null, status: "active" as const },
    sort: "username" as const,
    descending: false,
  };
  const { data } = useQuery({
    queryKey: [...keys.credentialList(asked), "picker"],
    queryFn: () => call("credentialList", { ...asked, cursor: null, limit: shown }),
    placeholderData: keepPreviousData,
  });
  const options = (data?.rows ?? [])
    .filter((row) => row.id !== except)
    .map((row) => ({
      value: row.id,
      label: t("credentials.label", { username: row.username, device: row.deviceName }),
    }));
  return (
    <RemoteSelect
      label={label}
      description={description}
      clearable
      placeholder={t("credentials.anySearch")}
      options={options}
      onSearch={setText}
      {...props}
      onChange={(option) => props.onChange(option?.value ?? null, option?.label ?? null)}
    />
  );
}

export function AccessPicker({ deviceId, except, ...props }: Picker & { deviceId: string; except: string | null }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const asked = {
    filter: { ...allCredentials, text: text || null, deviceId, status: "active" as const },
    sort: "username" as const,
    descending: false,
  };
  const { data } = useQuery({
    queryKey: [...keys.credentialList(asked), "picker"],
    queryFn: () => call("credentialList", { ...asked, cursor: null, limit: shown }),
    placeholderData: keepPreviousData,
    enabled: deviceId !== "",
  });
  const options = (data?.rows ?? [])
    .filter((row) => row.id !== except)
    .map((row) => ({
      value: row.id,
      label: t("credentials.label", { username: row.username, device: row.deviceName }),
    }));
  return (
    <RemoteSelect
      label={t("credentials.access")}
      required
      disabled={deviceId === ""}
      placeholder={t(deviceId === "" ? "credentials.accessNeedsDevice" : "credentials.accessSearch")}
      options={options}
      onSearch={setText}
      {...props}
      onChange={(option) => props.onChange(option?.value ?? null, option?.label ?? null)}
    />
  );
}
