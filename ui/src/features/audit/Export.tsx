// Writes the filtered entries to a file, in the format that the user chooses.
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { toast, toastFailure } from "../../components/feedback/toast";
import { useTask } from "../../data/task";
import { formatError } from "../../i18n/errors";
import { counted } from "../../i18n/format";
import { type AuditFilter, type AuditFormat, auditFormats, failureOf } from "../../ipc";

export function Export({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation();
  const task = useTask("auditExport", "auditExport", (exported) => {
    if (exported) toast(t("audit.exported", { ...counted(exported.rows), path: exported.path }));
  });
  const start = (format: AuditFormat) => task.start({ format, filter }).catch(failed);
  const failed = (thrown: unknown) => {
    const error = failureOf(thrown);
    if (error.code !== "canceled") toastFailure(formatError(error));
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={task.busy} rightSection={<IconChevronDown size={14} aria-hidden />}>
          {t("audit.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {auditFormats.map((format, index) => (
          <Menu.Item key={format} data-autofocus={index === 0 || undefined} onClick={() => start(format)}>
            {t(`audit.formats.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
