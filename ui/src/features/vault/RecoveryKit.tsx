// The recovery kit: shown once, printed, and checked by typing two of its words back. Only this component holds the
// words; closing it drops them.
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote, Note } from "../../components/feedback/Note";
import { useReportHidden } from "../../data/hidden";
import { type ErrorText, formatError } from "../../i18n/errors";
import { call, failureOf, type RecoveryKitView } from "../../ipc";
import { RecoveryKitPage } from "./RecoveryKitPage";
import classes from "./vault.module.css";

type Props = {
  kit: RecoveryKitView;
  /** Called after the two words were typed back. */
  onChecked: () => void;
  /** Called to check it later: it stays unchecked, and the window shows a reminder. */
  onLater: () => void;
};

export function RecoveryKit({ kit, onChecked, onLater }: Props) {
  const { t } = useTranslation();
  useReportHidden(kit.shown);
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState<Record<number, string>>({});
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [wrong, setWrong] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);

  const check = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    setWrong(null);
    try {
      const words = kit.asked.map((position) => ({ position, word: (typed[position] ?? "").trim().toLowerCase() }));
      await call("recoveryCheck", { words });
      onChecked();
    } catch (thrown) {
      const error = failureOf(thrown);
      setBusy(false);
      if (error.code === "recoveryWordWrong") setWrong(error.position);
      else setFailure(formatError(error));
    }
  };

  if (asking)
    return (
      <form onSubmit={check} noValidate autoComplete="off" aria-label={t("kit.checkTitle")}>
        <Stack gap="md">
          <p className={classes.text}>{t("kit.checkText")}</p>
          <Group grow align="flex-start">
            {kit.asked.map((position, at) => (
              <TextInput
                key={position}
                label={t("kit.word", { position })}
                autoFocus={at === 0}
                autoComplete="off"
                spellCheck={false}
                value={typed[position] ?? ""}
                error={wrong === position && t("kit.wordWrong")}
                onChange={(event) => setTyped({ ...typed, [position]: event.currentTarget.value })}
              />
            ))}
          </Group>
          {failure && <FailureNote failure={failure} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setAsking(false)} disabled={busy}>
              {t("kit.showAgain")}
            </Button>
            <Button type="submit" loading={busy}>
              {t("kit.check")}
            </Button>
          </Group>
        </Stack>
      </form>
    );
  return (
    <Stack gap="md">
      <Note kind="warning">{t("kit.once")}</Note>
      <ol className={classes.words} aria-label={t("kit.words")} data-testid="kit-words">
        {kit.words.map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
          <li key={at}>{word}</li>
        ))}
      </ol>
      <RecoveryKitPage kit={kit} />
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" color="gray" onClick={onLater}>
          {t("kit.later")}
        </Button>
        <Button variant="default" leftSection={<IconPrinter size={15} aria-hidden />} onClick={() => window.print()}>
          {t("kit.print")}
        </Button>
        <Button onClick={() => setAsking(true)}>{t("kit.goCheck")}</Button>
      </Group>
    </Stack>
  );
}
