// The filters of a list of credentials, beside its search.
import { Button, Pill } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FilterSelect } from "../../components/filters/FilterSelect";
import { useDevice, usePolicy } from "../../data/records";
import { useSeen } from "../../data/seen";
import {
  type CredentialFilter,
  type CredentialRowView,
  type CredentialStatus,
  credentialStatuses,
  type PasswordType,
  type PolicyStatus,
  passwordTypes,
  policyStatuses,
  type SyncState,
  syncStates,
} from "../../ipc";
import { allCredentials, isCredentialFilterOpen } from "./filter";
import { DevicePicker } from "./pickers";

type Props = {
  rows: CredentialRowView[];
  filter: CredentialFilter;
  /** False if the list contains only active credentials, so that a filter by status is not needed. */
  withStatus?: boolean;
  onChange: (filter: CredentialFilter) => void;
};

export function CredentialFilters({ rows, filter, withStatus, onChange }: Props) {
  const { t } = useTranslation();
  const { data: device } = useDevice(filter.deviceId);
  const { data: policy } = usePolicy(filter.policyId);
  const tags = useSeen(rows, (row) => row.tags, filter.tag);
  const set = (fields: Partial<CredentialFilter>) => onChange({ ...filter, ...fields });
  return (
    <>
      <DevicePicker
        compact
        value={filter.deviceId}
        valueLabel={device?.name ?? null}
        onChange={(deviceId) => set({ deviceId })}
      />
      <FilterSelect
        label={t("credentials.type")}
        value={filter.passwordType}
        options={passwordTypes.map((value) => ({ value, label: t(`credentials.types.${value}`) }))}
        onChange={(value) => set({ passwordType: value as PasswordType | null })}
      />
      {withStatus && (
        <FilterSelect
          label={t("credentials.status")}
          value={filter.policyStatus}
          options={credentialStatuses.map((value) => ({ value, label: t(`credentials.statuses.${value}`) }))}
          onChange={(value) => set({ status: value as CredentialStatus | null })}
        />
      )}
      <FilterSelect
        label={t("credentials.sync")}
        value={filter.sync}
        options={syncStates.map((value) => ({ value, label: t(`credentials.syncs.${value}`) }))}
        onChange={(value) => set({ sync: value as SyncState | null })}
      />
      <FilterSelect label={t("credentials.tag")} value={filter.tag} options={tags} onChange={(tag) => set({ tag })} />
      {withStatus && (
        <FilterSelect
          label={t("credentials.standing")}
          value={filter.policyStatus}
          options={policyStatuses.map((value) => ({ value, label: t(`credentials.standings.${value}`) }))}
          onChange={(value) => set({ policyStatus: value as PolicyStatus | null })}
        />
      )}
      {filter.policyId && (
        <Pill
          withRemoveButton
          removeButtonProps={{ "aria-label": `${t("common.clear")}: ${t("policies.policy")}` }}
          onRemove={() => set({ policyId: null })}
        >
          {t("policies.ofPolicy", { name: policy?.name ?? "" })}
        </Pill>
      )}
      {filter.paused && (
        <Pill
          withRemoveButton
          removeButtonProps={{ "aria-label": `${t("common.clear")}: ${t("rotation.paused")}` }}
          onRemove={() => set({ paused: null })}
        >
          {t("rotation.paused")}
        </Pill>
      )}
      {!isCredentialFilterOpen(filter) && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => onChange({ ...allCredentials, changeable: filter.changeable })}
        >
          {t("table.clearFilters")}
        </Button>
      )}
    </>
  );
}
