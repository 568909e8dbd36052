// The filters of a list with many of them: each active filter is a chip that opens its editor; the others are in one
// menu.
import { Button, Menu, Popover } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./FilterBar.module.css";

export type FilterField = {
  id: string;
  label: string;
  /** The value as text; null if the filter is not set. */
  valueText: string | null;
  clear: () => void;
  /** The editor sets the filter itself and calls `close` when it is done. */
  editor: (close: () => void) => ReactNode;
};

type Props = {
  fields: FilterField[];
  /** Clears all filters. */
  onClear: () => void;
  /** Content after the chips: saved filters, switches. */
  children?: ReactNode;
};

export function FilterBar({ fields, onClear, children }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string | null>(null);
  const shown = fields.filter((field) => field.valueText !== null || field.id === open);
  const rest = fields.filter((field) => !shown.includes(field));
  const close = () => setOpen(null);
  return (
    <section className={classes.bar} aria-label={t("filters.bar")}>
      {shown.map((field) => (
        <span key={field.id} className={classes.chip}>
          <Popover
            opened={open === field.id}
            onChange={(opened) => !opened && close()}
            withinPortal={false}
            floatingStrategy="fixed"
            position="bottom-start"
            shadow="md"
            trapFocus
            returnFocus
            transitionProps={{ duration: 0 }}
          >
            <Popover.Target>
              <button
                type="button"
                className={classes.open}
                onClick={() => setOpen(open === field.id ? null : field.id)}
              >
                <span className={classes.name}>{field.label}</span>
                {field.valueText && <span className={classes.valueText}>{field.valueText}</span>}
              </button>
            </Popover.Target>
            <Popover.Dropdown className={classes.editor} aria-label={field.label}>
              {field.editor(close)}
            </Popover.Dropdown>
          </Popover>
          <button
            type="button"
            className={classes.clear}
            aria-label={`${t("common.clear")}: ${field.label}`}
            onClick={() => {
              field.clear();
              close();
            }}
          >
            <IconX size={13} aria-hidden />
          </button>
        </span>
      ))}
      {rest.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="subtle" color="gray" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />}>
              {t("filters.add")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown className={classes.menu}>
            {rest.map((field, index) => (
              <Menu.Item
                key={field.id}
                data-autofocus={index === 0 || undefined}
                // The menu first returns the focus; the editor opens after that, so that it keeps the focus.
                onClick={() => setTimeout(() => setOpen(field.id), 30)}
              >
                {field.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {fields.some((field) => field.valueText !== null) && (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onClear}>
          {t("table.clearFilters")}
        </Button>
      )}
      {children && <div className={classes.rest}>{children}</div>}
    </section>
  );
}
