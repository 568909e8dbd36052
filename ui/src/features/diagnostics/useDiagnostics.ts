// Help for whoever helps: the folder of the log, and one file to send. Works without an open vault.
import { useTranslation } from "react-i18next";
import { type Told, tellError } from "../../i18n/told";
import { call, failureOf } from "../../ipc";

type Say = { saved: (message: string) => void; failed: (told: Told) => void };

export function useDiagnostics({ saved, failed }: Say) {
  const { t } = useTranslation();
  const fail = (thrown: unknown) => failed(tellError(failureOf(thrown)));
  return {
    openFolder: () => call("logFolderOpen").catch(fail),
    save: () =>
      call("diagnosticsSave")
        .then((file) => file && saved(t("diagnostics.saved", { path: file.path })))
        .catch(fail),
  };
}
