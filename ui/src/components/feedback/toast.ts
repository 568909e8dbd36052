// Short messages that disappear after a few seconds.
import { notifications } from "@mantine/notifications";
import { i18next } from "../../i18n";
import type { ErrorText } from "../../i18n/errors";

export function toast(message: string) {
  notifications.show({
    message,
    autoClose: 5000,
    withBorder: true,
    closeButtonProps: { "aria-label": i18next.t("common.closeMessage") },
  });
}

export function toastFailure(failure: ErrorText) {
  const reference = failure.reference && i18next.t("diagnostics.withReference", { reference: failure.reference });
  notifications.show({
    title: failure.message,
    message: reference ? `${failure.recovery} ${reference}` : failure.recovery,
    color: "red.9",
    // A message with a reference stays longer, so that the user can note it.
    autoClose: reference ? 30_000 : 9000,
    withBorder: true,
    role: "alert",
    closeButtonProps: { "aria-label": i18next.t("common.closeMessage") },
  });
}
