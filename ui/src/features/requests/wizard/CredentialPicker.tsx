// Chooses one active credential of any device, among very many.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RemoteSelect } from "../../../components/fields/RemoteSelect";
import { keys } from "../../../data/keys";
import { call } from "../../../ipc";
import type { Named } from "./draft";

type Props = { label: string; description?: string; value: Named; error?: string; onChange: (value: Named) => void };

export function CredentialPicker({ label, description, value, error, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const asked = {
    filter: {
      text: text || null,
      deviceId: null,
      passwordType: null,
      status: "active" as const,
      sync: null,
      tag: null,
      changeable: null,
      policyStatus: null,
      policyId: null,
      paused: null,
    },
    sort: "username" as const,
    descending: false,
  };
  const { data } = useQuery({
    queryKey: [...keys.credentialList(asked), "picker"],
    queryFn: () => call("credentialList", { ...asked, cursor: null, limit: 50 }),
    placeholderData: keepPreviousData,
  });
  const options = (data?.rows ?? []).map((row) => ({
    value: row.id,
    label: t("credentials.label", { username: row.username, device: row.deviceName }),
  }));
  return (
    <RemoteSelect
      label={label}
      description={description}
      placeholder={t("batch.credentialSearch")}
      value={value?.id ?? null}
      valueLabel={value?.label ?? null}
      options={options}
      error={error}
      clearable
      onSearch={setText}
      onChange={(option) => onChange(option && { id: option.value, label: option.label })}
    />
  );
}
