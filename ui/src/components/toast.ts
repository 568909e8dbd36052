// Short messages that go away by themselves.
import { notifications } from "@mantine/notifications";
import { i18next } from "../i18n";
import type { Told } from "../i18n/told";

export function toast(message: string) {
  notifications.show({
    message,
    autoClose: 5000,
    withBorder: true,
    closeButtonProps: { "aria-label": i18next.t("common.closeMessage") },
  });
}

export function toastFailure(told: Told) {
  const reference = told.reference && i18next.t("diagnostics.withReference", { reference: told.reference });
  notifications.show({
    title: told.message,
    message: reference ? `${told.recovery} ${reference}` : told.recovery,
    color: "red.9",
    // A reference is to be written down.
    autoClose: reference ? 30_000 : 9000,
    withBorder: true,
    role: "alert",
    closeButtonProps: { "aria-label": i18next.t("common.closeMessage") },
  });
}
