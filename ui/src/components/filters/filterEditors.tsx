// The editors of a filter: a text, a number, several choices, or a range of days.
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Pair } from "../dialogs/FormDrawer";
import { boundsOf, isoDay, lastDayOf, parseDateTime } from "../fields/dateTime";
import { type FieldNumber, NumberField } from "../fields/NumberField";
import classes from "./FilterBar.module.css";

type Words = {
  label: string;
  value: string | null;
  /** Suggestions while typing; any other text is accepted too. */
  known?: string[];
  onChange: (value: string | null) => void;
  close: () => void;
};

const mostOffered = 6;

export function TextEditor({ label, value, known, onChange, close }: Words) {
  const { t } = useTranslation();
  const [text, setText] = useState(value ?? "");
  const offered = (known ?? [])
    .filter((each) => each !== text && each.toLowerCase().includes(text.trim().toLowerCase()))
    .slice(0, mostOffered);
  const apply = (words: string) => {
    onChange(words.trim() || null);
    close();
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        apply(text);
      }}
    >
      <TextInput label={label} value={text} onChange={(event) => setText(event.currentTarget.value)} data-autofocus />
      {offered.length > 0 && (
        <ul className={classes.offered}>
          {offered.map((each) => (
            <li key={each}>
              <button type="button" className={classes.offer} onClick={() => apply(each)}>
                {each}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Button type="submit" size="compact-sm">
        {t("filters.apply")}
      </Button>
    </form>
  );
}

/** The bounds of a number that is searched: codes start at 1, and the host reads no larger number. */
const smallest = 1;
const largest = 4_294_967_295;

type Numbers = {
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
  close: () => void;
};

export function NumberEditor({ label, value, onChange, close }: Numbers) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<FieldNumber>(value);
  const [refused, setRefused] = useState(false);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof typed === "string" || (typed !== null && (typed < smallest || typed > largest)))
          return setRefused(true);
        onChange(typed);
        close();
      }}
    >
      <NumberField
        label={label}
        value={typed}
        error={refused && t("rules.outOfRange", { minimum: smallest, maximum: largest })}
        onChange={(next) => {
          setTyped(next);
          setRefused(false);
        }}
        data-autofocus
      />
      <Button type="submit" size="compact-sm">
        {t("filters.apply")}
      </Button>
    </form>
  );
}

type Choices = {
  label: string;
  options: { value: string; label: string }[];
  value: string[];
  onChange: (value: string[]) => void;
};

export function ChoicesEditor({ label, options, value, onChange }: Choices) {
  return (
    <Checkbox.Group aria-label={label} value={value} onChange={onChange}>
      <div className={classes.choices}>
        {options.map((option, index) => (
          <Checkbox
            key={option.value}
            size="xs"
            value={option.value}
            label={option.label}
            data-autofocus={index === 0 || undefined}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}

export type Range = { from: string | null; to: string | null };
type Days = { value: Range; ahead?: boolean; onChange: (range: Range) => void; close: () => void };

const shift = (days: number) => {
  const day = new Date();
  day.setDate(day.getDate() + days);
  return isoDay(day);
};

export function DaysEditor({ value, ahead, onChange, close }: Days) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState({
    from: value.from ? isoDay(new Date(value.from)) : "",
    to: value.to ? lastDayOf(value.to) : "",
  });
  const [refused, setRefused] = useState(false);
  const apply = (from: string, to: string) => {
    const isDay = (day: string) => day.trim() === "" || parseDateTime(day, "00:00") !== null;
    if (!isDay(from) || !isDay(to) || (from && to && from > to)) return setRefused(true);
    onChange(boundsOf(from, to));
    close();
  };
  const quick: { label: "today" | "week" | "month" | "nextWeek"; from: string; to: string }[] = [
    { label: "today", from: shift(0), to: shift(0) },
    { label: "week", from: shift(-6), to: shift(0) },
    { label: "month", from: shift(-29), to: shift(0) },
    ...(ahead ? [{ label: "nextWeek" as const, from: shift(0), to: shift(7) }] : []),
  ];
  const field = (name: "from" | "to") => (
    <TextInput
      type="date"
      label={t(`filters.${name}`)}
      placeholder={t("change.datePlaceholder")}
      value={typed[name]}
      error={refused && (name === "from" ? t("filters.daysInvalid") : true)}
      onChange={(event) => {
        const { value: day } = event.currentTarget;
        setRefused(false);
        setTyped((before) => ({ ...before, [name]: day }));
      }}
      data-autofocus={name === "from" || undefined}
    />
  );
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        apply(typed.from, typed.to);
      }}
    >
      <div className={classes.quick}>
        {quick.map(({ label, from, to }) => (
          <Button key={label} variant="default" size="compact-xs" onClick={() => apply(from, to)}>
            {t(`filters.quick.${label}`)}
          </Button>
        ))}
      </div>
      <Pair>
        {field("from")}
        {field("to")}
      </Pair>
      <Button type="submit" size="compact-sm">
        {t("filters.apply")}
      </Button>
    </form>
  );
}
