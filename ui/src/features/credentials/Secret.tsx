// The password of a credential: shown on demand for some seconds, or copied without ever entering the page.
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconCopy, IconEye, IconEyeOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSeconds } from "../../components/clock";
import { FailureNote, Note } from "../../components/Note";
import { PasswordDisplay } from "../../components/PasswordDisplay";
import { RelativeTime } from "../../components/Time";
import { toast } from "../../components/toast";
import { tellError } from "../../i18n/told";
import { call, failureOf, type SecretView } from "../../ipc";

type Props = { id: string; hasPassword: boolean };

function Shown({ secret, onHide }: { secret: SecretView & { until: number }; onHide: () => void }) {
  const { t } = useTranslation();
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
        {" · "}
        <RelativeTime at={secret.changedAt} />
      </Text>
    </Stack>
  );
}

export function Secret({ id, hasPassword }: Props) {
  const { t } = useTranslation();
  // Kept in this component alone, never in the cache: closing the drawer or locking lets go of it.
  const [secret, setSecret] = useState<(SecretView & { until: number }) | null>(null);
  const [failure, setFailure] = useState<{ message: string; recovery: string } | null>(null);
  const [hide] = useState(() => () => setSecret(null));

  const attempt = async (act: () => Promise<void>) => {
    setFailure(null);
    await act().catch((thrown: unknown) => setFailure(tellError(failureOf(thrown))));
  };
  const reveal = () =>
    attempt(async () => {
      const answer = await call("secretReveal", { id });
      setSecret({ ...answer, until: Date.now() + answer.hideAfterSeconds * 1000 });
    });
  const copy = () =>
    attempt(async () => {
      const { clearsAfterSeconds } = await call("secretCopy", { id });
      toast(t("credentials.copied", { seconds: clearsAfterSeconds }));
    });

  if (!hasPassword) return <Text c="dimmed">{t("credentials.noPasswordStored")}</Text>;
  return (
    <Stack gap="xs">
      {secret && <Shown secret={secret} onHide={hide} />}
      {failure && <FailureNote told={failure} />}
      <Group gap="xs">
        {secret ? (
          <Button variant="default" leftSection={<IconEyeOff size={15} aria-hidden />} onClick={hide}>
            {t("credentials.hide")}
          </Button>
        ) : (
          <Button variant="default" leftSection={<IconEye size={15} aria-hidden />} onClick={reveal}>
            {t("credentials.reveal")}
          </Button>
        )}
        <Button variant="default" leftSection={<IconCopy size={15} aria-hidden />} onClick={copy}>
          {t("credentials.copy")}
        </Button>
      </Group>
      {!secret && (
        <Text size="xs" c="dimmed">
          {t("credentials.revealText")}
        </Text>
      )}
    </Stack>
  );
}
