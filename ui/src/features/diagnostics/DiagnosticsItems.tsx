// The diagnostics as items of a menu of the open vault.
import { Menu } from "@mantine/core";
import { IconFileDownload, IconFolderOpen } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { toast, toastFailure } from "../../components/feedback/toast";
import { useDiagnostics } from "./useDiagnostics";

export function DiagnosticsItems() {
  const { t } = useTranslation();
  const { openFolder, save } = useDiagnostics({ saved: toast, failed: toastFailure });
  return (
    <>
      <Menu.Label>{t("diagnostics.title")}</Menu.Label>
      <Menu.Item leftSection={<IconFolderOpen size={15} aria-hidden />} onClick={openFolder}>
        {t("diagnostics.openFolder")}
      </Menu.Item>
      <Menu.Item leftSection={<IconFileDownload size={15} aria-hidden />} onClick={save}>
        {t("diagnostics.save")}
      </Menu.Item>
    </>
  );
}
