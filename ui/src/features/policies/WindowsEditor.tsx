// The hours in which a trigger may act: weekdays and a time span each; without any, it may act at any time.
import { ActionIcon, Button, Chip, Group, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Weekday, type WindowView, weekdays } from "../../ipc";
import { weekdayName } from "./format";
import classes from "./policies.module.css";
import { firstWindow } from "./values";

type Props = {
  windows: WindowView[];
  onChange: (windows: WindowView[]) => void;
  /** Returns the problem at a time window or one of its fields. */
  errorOf: (path: string) => string | undefined;
};

export function WindowsEditor({ windows, onChange, errorOf }: Props) {
  const { t } = useTranslation();
  const replace = (at: number, fields: Partial<WindowView>) =>
    onChange(windows.map((window, index) => (index === at ? { ...window, ...fields } : window)));
  return (
    <div className={classes.windows}>
      {windows.length === 0 && <span className={classes.muted}>{t("policies.anyTimeHint")}</span>}
      {windows.map((window, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a window has no other identity than its place
        <fieldset key={at} className={classes.window}>
          <legend className={classes.hidden}>{t("policies.window", { number: at + 1 })}</legend>
          <Chip.Group
            multiple
            value={window.weekdays}
            onChange={(chosen) =>
              replace(at, { weekdays: weekdays.filter((weekday) => chosen.includes(weekday)) as Weekday[] })
            }
          >
            <Group gap="0.25rem">
              {weekdays.map((weekday) => (
                <Chip key={weekday} value={weekday} size="xs" variant="outline">
                  {weekdayName(weekday)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <div className={classes.hours}>
            {(["from", "to"] as const).map((name) => (
              <TextInput
                key={name}
                // This is not the system's time field, because that follows the system's language and does not know
                // 24:00.
                inputMode="numeric"
                maxLength={5}
                label={t(`policies.${name}`)}
                placeholder="22:00"
                value={window[name]}
                error={errorOf(`${at}.${name}`)}
                onChange={(event) => replace(at, { [name]: event.currentTarget.value })}
              />
            ))}
            <ActionIcon
              variant="subtle"
              color="gray"
              size="2rem"
              aria-label={t("policies.windowRemove", { number: at + 1 })}
              onClick={() => onChange(windows.filter((_, index) => index !== at))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </div>
          {errorOf(`${at}.weekdays`) && <span className={classes.error}>{errorOf(`${at}.weekdays`)}</span>}
        </fieldset>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        ml="-0.5rem"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...windows, firstWindow])}
      >
        {t("policies.windowAdd")}
      </Button>
    </div>
  );
}
