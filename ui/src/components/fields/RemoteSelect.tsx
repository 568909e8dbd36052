// A choice among too many options to list: the typed text is searched on the host.
import { Select } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

type Option = { value: string; label: string };
type Props = {
  label: string;
  placeholder: string;
  value: string | null;
  /** The label of the value while it is not among the options. */
  valueLabel: string | null;
  options: Option[];
  error?: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
  required?: boolean;
  clearable?: boolean;
  /** True among filters: only screen readers get its label. */
  compact?: boolean;
  onSearch: (text: string) => void;
  onChange: (option: Option | null) => void;
};

export function RemoteSelect(props: Props) {
  const {
    label,
    placeholder,
    value,
    valueLabel,
    options,
    error,
    description,
    disabled,
    required,
    clearable,
    compact,
    onSearch,
    onChange,
  } = props;
  const { t } = useTranslation();
  const [text, setText] = useState(valueLabel ?? "");
  const search = useDebouncedCallback(onSearch, 200);
  const known = value === null || options.some((option) => option.value === value);
  const data = known || value === null ? options : [{ value, label: valueLabel ?? value }, ...options];
  return (
    <Select
      label={compact ? undefined : label}
      aria-label={compact ? label : undefined}
      style={compact ? { flex: "1 1 8rem", maxWidth: "10.5rem" } : undefined}
      placeholder={placeholder}
      data={data}
      value={value}
      error={error}
      description={description}
      disabled={disabled}
      withAsterisk={required}
      clearable={clearable}
      clearButtonProps={{ "aria-label": `${t("common.clear")}: ${label}` }}
      searchable
      searchValue={text}
      // The host has already filtered.
      filter={({ options: all }) => all}
      maxDropdownHeight={260}
      nothingFoundMessage={t("credentials.nothingFound")}
      onSearchChange={(typed) => {
        setText(typed);
        search(data.some((option) => option.label === typed) ? "" : typed);
      }}
      onChange={(_, option) => onChange(option ?? null)}
    />
  );
}
