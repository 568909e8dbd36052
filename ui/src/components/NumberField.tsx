// A whole number in a form; an emptied field is null where that means something, or else 0, which the host refuses.
import { NumberInput, type NumberInputProps } from "@mantine/core";

type Props = Omit<NumberInputProps, "value" | "onChange"> & {
  value: number | null;
  onChange: (value: number | null) => void;
};

export function NumberField({ value, onChange, ...rest }: Props) {
  return (
    <NumberInput
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      hideControls
      {...rest}
      value={value ?? ""}
      onChange={(typed) => onChange(typeof typed === "number" ? typed : null)}
    />
  );
}
