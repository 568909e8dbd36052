// Writes a list to a CSV file; the system's own dialog asks for the place.
import { ActionIcon } from "@mantine/core";
import { IconFileExport } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast, toastFailure } from "../components/feedback/toast";
import { formatError } from "../i18n/errors";
import { counted } from "../i18n/format";
import { type ExportedView, failureOf } from "../ipc";

/** `write` returns null if the dialog was dismissed. */
export function ExportButton({ write, disabled }: { write: () => Promise<ExportedView | null>; disabled: boolean }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const written = await write();
      if (written) toast(t("table.exported", { ...counted(written.rows), path: written.path }));
    } catch (thrown) {
      toastFailure(formatError(failureOf(thrown)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <ActionIcon
      variant="default"
      size="2rem"
      aria-label={t("table.export")}
      title={t("table.export")}
      disabled={disabled}
      loading={busy}
      onClick={run}
    >
      <IconFileExport size={16} aria-hidden />
    </ActionIcon>
  );
}
