// The control for a parameter of any kind.
import { Select, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NumberField, type Typed } from "../../components/fields/NumberField";
import { TagInput } from "../../components/fields/TagInput";
import type { ParameterKind, ParameterValue } from "../../ipc";
import { formatUnit } from "./values";

type Props = {
  kind: ParameterKind;
  value: Typed<ParameterValue>;
  label: string;
  describedBy: string;
  error: string | undefined;
  busy: boolean;
  onChange: (value: Typed<ParameterValue>) => void;
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
        <NumberField
          {...spoken}
          value={value.kind === "number" ? value.number : null}
          error={error}
          unit={formatUnit(kind.unit, value.kind === "number" && value.number === 1 ? 1 : 2)}
          onChange={(number) => onChange({ kind: "number", number })}
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
