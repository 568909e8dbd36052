// The filters of the audit trail: user, action, kind of object, first and last day.
import { Button, Pill } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DayField } from "../../components/filters/DayField";
import { FilterSelect } from "../../components/filters/FilterSelect";
import { useAuditChoices } from "../../data/records";
import type { AuditFilter } from "../../ipc";
import { formatAction, formatNoun, isoDay } from "./format";

export const allEntries: AuditFilter = {
  text: null,
  users: [],
  actions: [],
  nouns: [],
  objectId: null,
  from: null,
  until: null,
};
export const isAuditFilterOpen = (filter: AuditFilter) => JSON.stringify(filter) === JSON.stringify(allEntries);

type Props = {
  filter: AuditFilter;
  /** The name of the object by which the trail is filtered. */
  about: string | null;
  onChange: (filter: AuditFilter) => void;
};
const one = (value: string | null) => (value === null ? [] : [value]);

export function AuditFilters({ filter, about, onChange }: Props) {
  const { t } = useTranslation();
  const { data: choices } = useAuditChoices();
  // Clearing the filters resets the typed days by a new key.
  const [round, setRound] = useState(0);
  const named = (values: string[], format: (value: string) => string) =>
    values.map((value) => ({ value, label: format(value) })).sort((a, b) => a.label.localeCompare(b.label));
  return (
    <>
      <FilterSelect
        label={t("audit.who")}
        value={filter.users[0] ?? null}
        options={(choices?.users ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(id) => onChange({ ...filter, users: one(id) })}
      />
      <FilterSelect
        label={t("audit.action")}
        value={filter.actions[0] ?? null}
        options={named(choices?.actions ?? [], formatAction)}
        onChange={(action) => onChange({ ...filter, actions: one(action) })}
      />
      <FilterSelect
        label={t("audit.noun")}
        value={filter.nouns[0] ?? null}
        options={named(choices?.nouns ?? [], formatNoun)}
        onChange={(noun) => onChange({ ...filter, nouns: one(noun) })}
      />
      <DayField
        key={`from ${round}`}
        label={t("audit.from")}
        first={filter.from}
        read={(text) => isoDay(text, "first")}
        onChange={(from) => onChange({ ...filter, from })}
      />
      <DayField
        key={`until ${round}`}
        label={t("audit.until")}
        first={filter.until}
        read={(text) => isoDay(text, "last")}
        onChange={(until) => onChange({ ...filter, until })}
      />
      {filter.objectId && (
        <Pill
          withRemoveButton
          removeButtonProps={{ "aria-label": t("common.clear") }}
          onRemove={() => onChange({ ...filter, objectId: null })}
        >
          {about ?? filter.objectId}
        </Pill>
      )}
      {!isAuditFilterOpen(filter) && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={() => {
            setRound(round + 1);
            onChange(allEntries);
          }}
        >
          {t("table.clearFilters")}
        </Button>
      )}
    </>
  );
}
