// The screen after a vault was created: its recovery kit, now or later.
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote } from "../../components/feedback/Note";
import type { Preferences } from "../../data/session";
import { RecoveryKit } from "../../features/vault/RecoveryKit";
import { type ErrorText, formatError } from "../../i18n/errors";
import { call, failureOf, type RecoveryKitView } from "../../ipc";
import "../../theme/mono.css";
import { StartLayout } from "./StartLayout";
import classes from "./StartScreen.module.css";

type Props = {
  version: string;
  vaultName: string;
  preferences: Preferences;
  onPreferences: (preferences: Preferences) => void;
  onDone: () => void;
};

export default function FirstRecoveryKit({ version, vaultName, preferences, onPreferences, onDone }: Props) {
  const { t } = useTranslation();
  const [kit, setKit] = useState<RecoveryKitView | null>(null);
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    setFailure(null);
    try {
      setKit(await call("recoveryMake", { password: null, keyFile: null }));
    } catch (thrown) {
      setFailure(formatError(failureOf(thrown)));
    }
    setBusy(false);
  };
  return (
    <StartLayout version={version} preferences={preferences} onPreferences={onPreferences} wide>
      <section className={classes.card} aria-label={t("kit.title")}>
        <h1 className={classes.title}>{t(kit ? "kit.title" : "kit.firstTitle", { vault: vaultName })}</h1>
        {kit ? (
          <RecoveryKit kit={kit} onChecked={onDone} onLater={onDone} />
        ) : (
          <>
            <p className={classes.lead}>{t("kit.firstText")}</p>
            {failure && <FailureNote failure={failure} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="subtle" color="gray" onClick={onDone}>
                {t("kit.later")}
              </Button>
              <Button onClick={make} loading={busy} autoFocus>
                {t("kit.make")}
              </Button>
            </Group>
          </>
        )}
      </section>
    </StartLayout>
  );
}
