// The filters of Reports → Batch operations.
import { Button, Chip } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { FilterSelect } from "../../components/filters/FilterSelect";
import {
  type RequestFilter,
  type RequestKind,
  type RequestRowView,
  type RequestState,
  requestKinds,
  requestStates,
} from "../../ipc";
import { allRequests, isRequestFilterOpen } from "./filter";

type Props = {
  rows: RequestRowView[];
  filter: RequestFilter;
  /** The fields for the first and the last day. */
  days: ReactNode;
  onChange: (filter: RequestFilter) => void;
  onClear: () => void;
};

export function RequestFilters({ rows, filter, days, onChange, onClear }: Props) {
  const { t } = useTranslation();
  // The filter offers the requesters that the list has shown so far.
  const seen = useRef(new Map<string, string>());
  for (const row of rows) seen.current.set(row.requesterId, row.requester);
  return (
    <>
      <FilterSelect
        label={t("requests.state")}
        value={filter.states[0] ?? null}
        options={requestStates.map((value) => ({ value, label: t(`requests.states.${value}`) }))}
        onChange={(state) => onChange({ ...filter, states: state ? [state as RequestState] : [] })}
      />
      <FilterSelect
        label={t("requests.type")}
        value={filter.actions[0] ?? null}
        options={requestKinds.map((value) => ({ value, label: t(`requests.actions.${value}`) }))}
        onChange={(action) => onChange({ ...filter, actions: action ? [action as RequestKind] : [] })}
      />
      <FilterSelect
        label={t("requests.requester")}
        value={filter.requesterId}
        options={[...seen.current].map(([value, label]) => ({ value, label }))}
        onChange={(requesterId) => onChange({ ...filter, requesterId })}
      />
      {days}
      <Chip
        size="xs"
        variant="outline"
        checked={filter.emergencyOnly}
        icon={<IconBolt size={12} aria-hidden />}
        onChange={(emergencyOnly) => onChange({ ...filter, emergencyOnly })}
      >
        {t("requests.emergencyOnly")}
      </Chip>
      {!isRequestFilterOpen(filter) && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={() => {
            onChange({ ...allRequests, scope: filter.scope });
            onClear();
          }}
        >
          {t("table.clearFilters")}
        </Button>
      )}
    </>
  );
}
