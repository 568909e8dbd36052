// Help for whoever helps, as items of a menu: the folder of the log, and one file to send. Works without an open vault.
import { Menu } from "@mantine/core";
import { IconFileDownload, IconFolderOpen } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { toast, toastFailure } from "../../components/toast";
import { tellError } from "../../i18n/told";
import { call, failureOf } from "../../ipc";

export function DiagnosticsItems() {
  const { t } = useTranslation();
  const failed = (thrown: unknown) => toastFailure(tellError(failureOf(thrown)));
  const save = () =>
    call("diagnosticsSave")
      .then((saved) => saved && toast(t("diagnostics.saved", { path: saved.path })))
      .catch(failed);
  return (
    <>
      <Menu.Label>{t("diagnostics.title")}</Menu.Label>
      <Menu.Item
        leftSection={<IconFolderOpen size={15} aria-hidden />}
        onClick={() => call("logFolderOpen").catch(failed)}
      >
        {t("diagnostics.openFolder")}
      </Menu.Item>
      <Menu.Item leftSection={<IconFileDownload size={15} aria-hidden />} onClick={save}>
        {t("diagnostics.save")}
      </Menu.Item>
    </>
  );
}
