// The menu of a row, opened by its button, the right mouse button or the menu key. There is one for the whole table.
import { Menu } from "@mantine/core";
import { Fragment, type ReactNode } from "react";

export type RowAction = {
  id: string;
  label: string;
  icon?: ReactNode;
  danger?: boolean;
  /** Draws a line above the item. */
  separated?: boolean;
  onSelect: () => void;
};

export type MenuPlace = { x: number; y: number; side: "start" | "end"; rowId: string };

type Props = { place: MenuPlace; label: string; actions: RowAction[]; onClose: () => void };

export function RowMenu({ place, label, actions, onClose }: Props) {
  return (
    <Menu
      opened
      onClose={onClose}
      position={place.side === "end" ? "bottom-end" : "bottom-start"}
      offset={2}
      returnFocus={false}
      width="max-content"
    >
      <Menu.Target>
        <button
          type="button"
          aria-hidden="true"
          tabIndex={-1}
          style={{ position: "fixed", left: place.x, top: place.y, width: 0, height: 0, border: 0, padding: 0 }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={label}>
        {actions.map((action, index) => (
          <Fragment key={action.id}>
            {action.separated && <Menu.Divider />}
            <Menu.Item
              leftSection={action.icon}
              data-autofocus={index === 0 || undefined}
              onClick={action.onSelect}
              style={action.danger ? { color: "var(--state-red)" } : undefined}
            >
              {action.label}
            </Menu.Item>
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
