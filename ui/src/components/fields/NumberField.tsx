// A field for a whole number, shown as it was typed. The form's state holds a number, null for an empty field, or the
// text itself if it is not a whole number. The host refuses such a text with an error at its field, so it is never
// saved.
import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

export type FieldNumber = number | string | null;

/** The values of a form in which each number is kept as it was typed. */
export type Typed<T> = T extends number
  ? FieldNumber
  : T extends (infer Item)[]
    ? Typed<Item>[]
    : T extends object
      ? { [Name in keyof T]: Typed<T[Name]> }
      : T;

/** Converts a form's values to a request. The host reads every number of a form as it was typed and checks it. */
export const requestFrom = <T,>(values: Typed<T>): T => values as unknown as T;

const digits = /^\d+$/;

/** Reads the text of a field. A number that JavaScript cannot hold exactly stays text. */
export function readNumber(text: string): FieldNumber {
  const typed = text.trim();
  if (typed === "") return null;
  const number = Number(typed);
  return digits.test(typed) && Number.isSafeInteger(number) ? number : text;
}

const textOf = (value: FieldNumber) => (value === null ? "" : String(value));

type Props = Omit<TextInputProps, "value" | "onChange" | "type"> & {
  value: FieldNumber;
  onChange: (value: FieldNumber) => void;
  /** The unit of the number, shown after it. */
  unit?: string;
};

export function NumberField({ value, onChange, unit, error, ...rest }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(textOf(value));
  // The typed text stays as long as it has the same value: "007" is not rewritten while it is typed.
  const shown = readNumber(text) === (value === "" ? null : value) ? text : textOf(value);
  const isNumber = shown.trim() === "" || digits.test(shown.trim());
  return (
    <TextInput
      inputMode="numeric"
      autoComplete="off"
      spellCheck={false}
      rightSection={unit && <span aria-hidden>{unit}</span>}
      rightSectionWidth={unit && `${unit.length + 2}ch`}
      rightSectionPointerEvents="none"
      {...rest}
      value={shown}
      error={error || (isNumber ? undefined : t("common.wholeNumber"))}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(readNumber(event.currentTarget.value));
      }}
    />
  );
}
