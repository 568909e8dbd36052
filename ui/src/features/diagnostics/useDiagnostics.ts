// Actions for support: opening the folder of the log, and saving one file to send. They work without an open vault.
import { useTranslation } from "react-i18next";
import { type ErrorText, formatError } from "../../i18n/errors";
import { call, failureOf } from "../../ipc";

type Say = { saved: (message: string) => void; failed: (told: ErrorText) => void };

export function useDiagnostics({ saved, failed }: Say) {
  const { t } = useTranslation();
  const fail = (thrown: unknown) => failed(formatError(failureOf(thrown)));
  return {
    openFolder: () => call("logFolderOpen").catch(fail),
    save: () =>
      call("diagnosticsSave")
        .then((file) => file && saved(t("diagnostics.saved", { path: file.path })))
        .catch(fail),
  };
}
