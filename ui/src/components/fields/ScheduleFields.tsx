// The fields for "now" or a set time: a switch between the two, and date and time as typed.
import { SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Pair } from "../dialogs/FormDrawer";
import { nextHour, parseDateTime } from "./dateTime";

/** `read` returns the time as RFC 3339, null for now, or undefined if the typed time is not a valid future time. */
export function useSchedule() {
  const [later, setLater] = useState(false);
  const [typed, setTyped] = useState(() => nextHour(new Date()));
  const [refused, setRefused] = useState(false);
  const read = (): string | null | undefined => {
    if (!later) return null;
    const moment = parseDateTime(typed.date, typed.time);
    if (moment && moment.getTime() > Date.now()) return moment.toISOString();
    setRefused(true);
    return undefined;
  };
  return { later, setLater, typed, setTyped, refused, setRefused, read };
}

export function ScheduleFields({ when }: { when: ReturnType<typeof useSchedule> }) {
  const { t } = useTranslation();
  const field = (name: "date" | "time") => (
    <TextInput
      type={name}
      label={t(`change.${name}`)}
      placeholder={t(`change.${name}Placeholder`)}
      value={when.typed[name]}
      error={when.refused && name === "date" ? t("change.timeInvalid") : when.refused}
      onChange={(event) => {
        const { value } = event.currentTarget;
        when.setRefused(false);
        when.setTyped((before) => ({ ...before, [name]: value }));
      }}
    />
  );
  return (
    <Stack gap="sm">
      <SegmentedControl
        fullWidth
        aria-label={t("change.when")}
        value={when.later ? "later" : "now"}
        onChange={(value) => when.setLater(value === "later")}
        data={[
          { value: "now", label: t("change.now") },
          { value: "later", label: t("change.later") },
        ]}
      />
      {when.later && (
        <Pair>
          {field("date")}
          {field("time")}
        </Pair>
      )}
    </Stack>
  );
}
