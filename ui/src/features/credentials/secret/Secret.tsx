// The password of a credential: shown on demand for some seconds, or copied without ever entering the page.
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconCopy, IconEye, IconEyeOff } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useSeconds } from "../../../components/display/clock";
import { PasswordDisplay } from "../../../components/display/PasswordDisplay";
import { RelativeTime } from "../../../components/display/Time";
import { FailureNote, Note } from "../../../components/feedback/Note";
import { useReportHidden } from "../../../data/hidden";
import { call } from "../../../ipc";
import { AskReason } from "./Reason";
import { type RevealedSecret, useSecret } from "./useSecret";

type Props = { id: string; name: string; hasPassword: boolean };

export function RevealedSecretView({ secret, onHide }: { secret: RevealedSecret; onHide: () => void }) {
  const { t } = useTranslation();
  useReportHidden(secret.shown);
  const left = Math.ceil((secret.until - useSeconds()) / 1000);
  useEffect(() => {
    const timer = setTimeout(onHide, Math.max(0, secret.until - Date.now()));
    return () => clearTimeout(timer);
  }, [secret.until, onHide]);
  return (
    <Stack gap="xs">
      {secret.doubtful && (
        <Note kind="warning" title={t("credentials.doubtful")}>
          {t("credentials.doubtfulText")}
        </Note>
      )}
      <PasswordDisplay password={secret.password} />
      <Text size="xs" c="dimmed">
        <span data-testid="countdown" style={{ fontVariantNumeric: "tabular-nums" }}>
          {t("credentials.hidesIn", { seconds: Math.max(0, Math.min(left, secret.hideAfterSeconds)) })}
        </span>
        {` · ${t(secret.changed ? "credentials.changed" : "credentials.stored")} `}
        <RelativeTime at={secret.changedAt} />
      </Text>
    </Stack>
  );
}

export function Secret({ id, name, hasPassword }: Props) {
  const { t } = useTranslation();
  const access = useSecret({
    reveal: (reason) => call("secretReveal", { id, ...reason }),
    copy: (reason) => call("secretCopy", { id, ...reason }),
  });
  const { secret } = access;
  if (!hasPassword) return <Text c="dimmed">{t("credentials.noPasswordStored")}</Text>;
  return (
    <Stack gap="xs">
      {secret && <RevealedSecretView secret={secret} onHide={access.hide} />}
      {access.failure && !access.asking && <FailureNote failure={access.failure} />}
      <Group gap="xs">
        {secret ? (
          <Button variant="default" leftSection={<IconEyeOff size={15} aria-hidden />} onClick={access.hide}>
            {t("credentials.hide")}
          </Button>
        ) : (
          <Button
            variant="default"
            leftSection={<IconEye size={15} aria-hidden />}
            onClick={() => access.begin("reveal")}
          >
            {t("credentials.reveal")}
          </Button>
        )}
        <Button variant="default" leftSection={<IconCopy size={15} aria-hidden />} onClick={() => access.begin("copy")}>
          {t("credentials.copy")}
        </Button>
      </Group>
      {!secret && (
        <Text size="xs" c="dimmed">
          {t("credentials.revealText")}
        </Text>
      )}
      {access.asking && (
        <AskReason
          rules={access.rules}
          verb={t(access.asking === "reveal" ? "credentials.reveal" : "credentials.copy")}
          name={name}
          busy={access.busy}
          failure={access.failure}
          onGiven={access.given}
          onClose={access.dismiss}
        />
      )}
    </Stack>
  );
}
