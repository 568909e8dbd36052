// The menu that shows and hides columns.
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

type Choice = { id: string; label: string; shown: boolean; toggle: () => void };

export function ColumnChooser({ choices }: { choices: Choice[] }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t("table.chooseColumns")}>
          <ActionIcon variant="default" size="2rem" aria-label={t("table.chooseColumns")}>
            <IconColumns3 size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map((choice, index) => (
          <Menu.CheckboxItem
            key={choice.id}
            checked={choice.shown}
            onChange={choice.toggle}
            data-autofocus={index === 0 || undefined}
          >
            {choice.label}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
