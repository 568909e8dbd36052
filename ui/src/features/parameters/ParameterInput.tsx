// The control that fits a parameter's kind.
import { MultiSelect, NumberInput, Select, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ParameterKind, ParameterValue } from "../../ipc";
import { tellUnit } from "./values";

type Props = {
  kind: ParameterKind;
  value: ParameterValue;
  label: string;
  describedBy: string;
  error: string | undefined;
  busy: boolean;
  onChange: (value: ParameterValue) => void;
};

export function ParameterInput({ kind, value, label, describedBy, error, busy, onChange }: Props) {
  const { t } = useTranslation();
  const spoken = { "aria-label": label, "aria-describedby": describedBy };
  switch (kind.kind) {
    case "switch": {
      const on = value.kind === "switch" && value.value;
      return (
        <Switch
          {...spoken}
          checked={on}
          disabled={busy}
          label={t(on ? "parameters.on" : "parameters.off")}
          onChange={(event) => onChange({ kind: "switch", value: event.currentTarget.checked })}
        />
      );
    }
    case "integer":
      return (
        <NumberInput
          {...spoken}
          value={value.kind === "integer" && !Number.isNaN(value.value) ? value.value : ""}
          error={error}
          allowDecimal={false}
          allowNegative={false}
          suffix={kind.unit === "count" ? undefined : ` ${tellUnit(kind.unit, 2)}`}
          // An emptied field is no number: refused at the field.
          onChange={(typed) => onChange({ kind: "integer", value: typeof typed === "number" ? typed : Number.NaN })}
        />
      );
    case "list":
      return (
        <MultiSelect
          {...spoken}
          data={kind.options}
          value={value.kind === "list" ? value.value : []}
          error={error}
          onChange={(items) => onChange({ kind: "list", value: items })}
        />
      );
    default:
      return (
        <Select
          {...spoken}
          data={kind.options}
          value={value.kind === "text" ? value.value : null}
          error={error}
          searchable={kind.options.length > 6}
          allowDeselect={false}
          maxDropdownHeight={260}
          limit={100}
          nothingFoundMessage={t("credentials.nothingFound")}
          onChange={(text) => text !== null && onChange({ kind: "text", value: text })}
        />
      );
  }
}
