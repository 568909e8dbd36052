// A field for a day of a filter, typed as 2026-12-31. It reports a valid day, or that it was emptied.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isoDay } from "../fields/dateTime";

type Props = {
  label: string;
  /** The time with which the field starts, if the filter was left with one. */
  first?: string | null;
  /** Returns the time of a typed day; null if the day is not valid. */
  read: (text: string) => string | null;
  onChange: (moment: string | null) => void;
};

export function DayField({ label, first, read, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(first ? isoDay(new Date(first)) : "");
  const report = (typed: string) => {
    const moment = read(typed);
    if (moment !== null || typed.trim() === "") onChange(moment);
  };
  const wrong = text.trim().length >= 10 && read(text) === null;
  return (
    <TextInput
      aria-label={t("audit.day", { label })}
      placeholder={`${label} ${t("change.datePlaceholder")}`}
      title={wrong ? t("audit.dayWrong") : undefined}
      error={wrong}
      value={text}
      maxLength={10}
      style={{ flex: "0 1 9.5rem" }}
      onChange={(event) => {
        setText(event.currentTarget.value);
        report(event.currentTarget.value);
      }}
    />
  );
}
