// The filters of the list of operations: states to tick, and what one came here for (a credential or a device).
import { Button, Chip, Pill } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { OperationFilter, OperationState } from "../../ipc";

export const allOperations: OperationFilter = { text: null, states: [], credentialId: null, deviceId: null };
export const isOperationFilterOpen = (filter: OperationFilter) =>
  filter.text === null && filter.states.length === 0 && filter.credentialId === null && filter.deviceId === null;

const states: OperationState[] = [
  "scheduled",
  "running",
  "succeeded",
  "error",
  "canceled",
  "awaitingApproval",
  "expired",
];

type Props = {
  filter: OperationFilter;
  /** What the credential or device filtered by is called. */
  about: string | null;
  onChange: (filter: OperationFilter) => void;
};

export function OperationFilters({ filter, about, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Chip.Group
        multiple
        value={filter.states}
        onChange={(chosen) => onChange({ ...filter, states: chosen as OperationState[] })}
      >
        {states.map((state) => (
          <Chip key={state} value={state} size="xs" variant="outline">
            {t(`operations.states.${state}`)}
          </Chip>
        ))}
      </Chip.Group>
      {filter.credentialId && (
        <Pill
          withRemoveButton
          removeButtonProps={{ "aria-label": t("common.clear") }}
          onRemove={() => onChange({ ...filter, credentialId: null })}
        >
          {t("operations.filterCredential", { name: about ?? "" })}
        </Pill>
      )}
      {!isOperationFilterOpen(filter) && (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange(allOperations)}>
          {t("table.clearFilters")}
        </Button>
      )}
    </>
  );
}
