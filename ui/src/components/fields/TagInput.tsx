// A field for tags: Enter or a comma ends a tag, Backspace removes the last one.
import { Pill, PillsInput } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";

type Props = {
  label: string;
  /** True if only screen readers get the label, because a text beside the field has the same meaning. */
  hiddenLabel?: boolean;
  value: string[];
  onChange: (tags: string[]) => void;
  error?: ReactNode;
  disabled?: boolean;
};

export function TagInput({ label, hiddenLabel, value, onChange, error, disabled }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const id = useId();
  const add = () => {
    const fresh = text
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag && !value.includes(tag));
    if (fresh.length > 0) onChange([...value, ...new Set(fresh)]);
    setText("");
  };
  return (
    <PillsInput label={hiddenLabel ? undefined : label} error={error} disabled={disabled} labelProps={{ htmlFor: id }}>
      <Pill.Group>
        {value.map((tag) => (
          <Pill
            key={tag}
            withRemoveButton={!disabled}
            onRemove={() => onChange(value.filter((other) => other !== tag))}
            removeButtonProps={{ "aria-label": t("tags.remove", { name: tag }) }}
          >
            {tag}
          </Pill>
        ))}
        <PillsInput.Field
          id={id}
          aria-label={label}
          value={text}
          disabled={disabled}
          placeholder={value.length === 0 ? t("tags.placeholder") : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if ((event.key === "Enter" && text) || event.key === ",") {
              event.preventDefault();
              add();
            } else if (event.key === "Backspace" && text === "") onChange(value.slice(0, -1));
          }}
        />
      </Pill.Group>
    </PillsInput>
  );
}
