// The control that fits a parameter's kind.
import { NumberInput, Select, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { TagInput } from "../../components/TagInput";
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
      const on = value.kind === "switch" && value.on;
      return (
        <Switch
          {...spoken}
          checked={on}
          disabled={busy}
          label={t(on ? "parameters.on" : "parameters.off")}
          onChange={(event) => onChange({ kind: "switch", on: event.currentTarget.checked })}
        />
      );
    }
    case "integer":
    case "duration":
      return (
        <NumberInput
          {...spoken}
          value={value.kind === "number" && !Number.isNaN(value.number) ? value.number : ""}
          error={error}
          allowDecimal={false}
          allowNegative={false}
          suffix={` ${tellUnit(kind.unit, value.kind === "number" && value.number === 1 ? 1 : 2)}`}
          // An emptied field is no number: refused at the field.
          onChange={(typed) => onChange({ kind: "number", number: typeof typed === "number" ? typed : Number.NaN })}
        />
      );
    case "list":
      return (
        <TagInput
          label={label}
          hiddenLabel
          value={value.kind === "list" ? value.items : []}
          error={error}
          onChange={(items) => onChange({ kind: "list", items })}
        />
      );
    case "choice":
      return (
        <Select
          {...spoken}
          data={kind.options}
          value={value.kind === "text" ? value.text : null}
          error={error}
          searchable={kind.options.length > 6}
          allowDeselect={false}
          maxDropdownHeight={260}
          limit={100}
          nothingFoundMessage={t("credentials.nothingFound")}
          onChange={(text) => text !== null && onChange({ kind: "text", text })}
        />
      );
  }
}
