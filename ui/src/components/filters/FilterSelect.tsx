// One filter of a list: a choice of one value, or all.
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Props = {
  label: string;
  value: string | null;
  options: { value: string; label: string }[];
  onChange: (value: string | null) => void;
};

export function FilterSelect({ label, value, options, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      placeholder={label}
      value={value}
      data={options}
      onChange={onChange}
      clearable
      clearButtonProps={{ "aria-label": `${t("common.clear")}: ${label}` }}
      style={{ flex: "1 1 8rem", maxWidth: "10.5rem" }}
      maxDropdownHeight={280}
      nothingFoundMessage={t("common.none")}
    />
  );
}
