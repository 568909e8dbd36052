// Short messages that go away by themselves.
import { notifications } from "@mantine/notifications";
import { i18next } from "../../i18n";

export function toast(message: string) {
  notifications.show({
    message,
    autoClose: 5000,
    withBorder: true,
    closeButtonProps: { "aria-label": i18next.t("common.closeMessage") },
  });
}

export function toastFailure(failure: { message: string; recovery: string }) {
  notifications.show({
    title: failure.message,
    message: failure.recovery,
    color: "red.9",
    autoClose: 9000,
    withBorder: true,
    role: "alert",
    closeButtonProps: { "aria-label": i18next.t("common.closeMessage") },
  });
}
