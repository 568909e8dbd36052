// Every filter of the lists of operations and attempts, as the filter bar shows and edits it.
import { useTranslation } from "react-i18next";
import type { FilterField } from "../../components/filters/FilterBar";
import { ChoicesEditor, DaysEditor, NumberEditor, TextEditor } from "../../components/filters/filterEditors";
import { useOperationChoices } from "../../data/records";
import { formatDays, listed } from "../../i18n/format";
import {
  type AttemptFilter,
  type AttemptOutcome,
  attemptOutcomes,
  type FailureCode,
  failureCodes,
  type OperationChoicesView,
  type OperationFilter,
  type OperationState,
  type OperationType,
  operationStates,
  operationTypes,
} from "../../ipc";

const words = [
  { id: "username", known: null },
  { id: "device", known: null },
  { id: "manufacturer", known: "manufacturers" },
  { id: "model", known: "models" },
  { id: "website", known: "websites" },
  { id: "requester", known: "requesters" },
] as const satisfies { id: keyof OperationFilter; known: keyof OperationChoicesView | null }[];

const ranges = [
  { id: "scheduled", from: "scheduledFrom", to: "scheduledTo", ahead: true },
  { id: "executed", from: "executedFrom", to: "executedTo", ahead: false },
] as const;

type Props = {
  filter: OperationFilter;
  /** The name of the credential or device for which the list was opened. */
  about: string | null;
  onChange: (filter: OperationFilter) => void;
};

export function useOperationFields({ filter, about, onChange }: Props): FilterField[] {
  const { t } = useTranslation();
  const { data: choices } = useOperationChoices();
  const set = (fields: Partial<OperationFilter>) => onChange({ ...filter, ...fields });
  const options = (values: readonly string[], label: (value: string) => string) =>
    values.map((value) => ({ value, label: label(value) }));
  const stateName = (value: string) => t(`operations.states.${value as OperationState}`);
  const typeName = (value: string) => t(`operations.types.${value as OperationType}`);

  const fields: FilterField[] = [
    {
      id: "states",
      label: t("operations.state"),
      valueText: filter.states.length > 0 ? listed(filter.states.map(stateName)) : null,
      clear: () => set({ states: [] }),
      editor: () => (
        <ChoicesEditor
          label={t("operations.state")}
          options={options(operationStates, stateName)}
          value={filter.states}
          onChange={(states) => set({ states: states as OperationState[] })}
        />
      ),
    },
    {
      id: "types",
      label: t("operations.type"),
      valueText: filter.types.length > 0 ? listed(filter.types.map(typeName)) : null,
      clear: () => set({ types: [] }),
      editor: () => (
        <ChoicesEditor
          label={t("operations.type")}
          options={options(operationTypes, typeName)}
          value={filter.types}
          onChange={(types) => set({ types: types as OperationType[] })}
        />
      ),
    },
    {
      id: "code",
      label: t("operations.code"),
      valueText: filter.code === null ? null : String(filter.code),
      clear: () => set({ code: null }),
      editor: (close) => (
        <NumberEditor
          label={t("operations.code")}
          value={filter.code}
          onChange={(code) => set({ code })}
          close={close}
        />
      ),
    },
    ...words.map(
      ({ id, known }): FilterField => ({
        id,
        label: t(`filters.fields.${id}`),
        valueText: filter[id],
        clear: () => set({ [id]: null }),
        editor: (close) => (
          <TextEditor
            label={t(`filters.fields.${id}`)}
            known={known ? (choices?.[known] ?? []) : undefined}
            value={filter[id]}
            onChange={(value) => set({ [id]: value })}
            close={close}
          />
        ),
      }),
    ),
    {
      id: "tags",
      label: t("filters.fields.tags"),
      valueText: filter.tags.length > 0 ? listed(filter.tags) : null,
      clear: () => set({ tags: [] }),
      editor: () => (
        <ChoicesEditor
          label={t("filters.fields.tags")}
          options={options([...new Set([...(choices?.tags ?? []), ...filter.tags])], (tag) => tag)}
          value={filter.tags}
          onChange={(tags) => set({ tags })}
        />
      ),
    },
    ...ranges.map(
      ({ id, from, to, ahead }): FilterField => ({
        id,
        label: t(`filters.fields.${id}`),
        valueText: formatDays(filter[from], filter[to]),
        clear: () => set({ [from]: null, [to]: null }),
        editor: (close) => (
          <DaysEditor
            ahead={ahead}
            value={{ from: filter[from], to: filter[to] }}
            onChange={(range) => set({ [from]: range.from, [to]: range.to })}
            close={close}
          />
        ),
      }),
    ),
  ];
  // These two filters cannot be chosen here; they are set by the screen from which the user comes.
  if (filter.credentialId !== null || filter.deviceId !== null)
    fields.unshift({
      id: "about",
      label: t(filter.credentialId ? "operations.username" : "operations.device"),
      valueText: about ?? t("filters.chosen"),
      clear: () => set({ credentialId: null, deviceId: null }),
      editor: () => about ?? t("filters.chosen"),
    });
  if (filter.late !== null)
    fields.unshift({
      id: "late",
      label: t("filters.fields.late"),
      valueText: t("common.yes"),
      clear: () => set({ late: null }),
      editor: () => t("filters.lateText"),
    });
  return fields;
}

export function useAttemptFields(props: {
  filter: AttemptFilter;
  about: string | null;
  onChange: (filter: AttemptFilter) => void;
}): FilterField[] {
  const { t } = useTranslation();
  const { filter, about, onChange } = props;
  const ofOperation = useOperationFields({
    filter: filter.operation,
    about,
    onChange: (operation) => onChange({ ...filter, operation }),
  });
  const outcomeName = (value: AttemptOutcome) => t(`attempts.outcomes.${value}`);
  const failureName = (value: FailureCode) => t(`failures.${value}.message`);
  return [
    {
      id: "outcomes",
      label: t("attempts.outcome"),
      valueText: filter.outcomes.length > 0 ? listed(filter.outcomes.map(outcomeName)) : null,
      clear: () => onChange({ ...filter, outcomes: [] }),
      editor: () => (
        <ChoicesEditor
          label={t("attempts.outcome")}
          options={attemptOutcomes.map((value) => ({ value, label: outcomeName(value) }))}
          value={filter.outcomes}
          onChange={(chosen) => onChange({ ...filter, outcomes: chosen as AttemptOutcome[] })}
        />
      ),
    },
    {
      id: "failures",
      label: t("attempts.failure"),
      valueText: filter.failures.length > 0 ? listed(filter.failures.map(failureName)) : null,
      clear: () => onChange({ ...filter, failures: [] }),
      editor: () => (
        <ChoicesEditor
          label={t("attempts.failure")}
          options={failureCodes.map((value) => ({ value, label: failureName(value) }))}
          value={filter.failures}
          onChange={(chosen) => onChange({ ...filter, failures: chosen as FailureCode[] })}
        />
      ),
    },
    ...ofOperation,
  ];
}
