// Warnings above every screen for all users of the vault: a state that was rolled back, damage, a folder that a cloud
// client synchronises, a kit that nobody has printed. Each is one line with one action.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Note } from "../../components/feedback/Note";
import { toastFailure } from "../../components/feedback/toast";
import { formatError } from "../../i18n/errors";
import { counted, formatExact, formatNumber } from "../../i18n/format";
import { type AuditHeadView, call, failureOf, type SessionView, type VaultWarning } from "../../ipc";
import { DisplacedVault } from "./DisplacedVault";
import classes from "./Notices.module.css";
import { RollbackReasonDialog } from "./RollbackReasonDialog";

type Props = {
  session: SessionView;
  onSession: (session: SessionView) => void;
  /** Null if the user may not do it. */
  onMakeKit: (() => void) | null;
  onBackups: (() => void) | null;
};

export function Notices({ session, onSession, onMakeKit, onBackups }: Props) {
  const { t } = useTranslation();
  const [later, setLater] = useState(false);
  const [known, setKnown] = useState<VaultWarning["kind"] | null>(null);
  const dismiss = (warning: VaultWarning) =>
    call("warningDismiss", { kind: warning.kind, reason: null })
      .then(onSession)
      .catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));
  const stopped = session.warnings.some(({ kind }) => kind === "damaged" || kind === "altered" || kind === "displaced");
  const reminds = onMakeKit !== null && session.recovery !== "checked" && !session.readOnly && !later;
  return (
    <div className={classes.notices}>
      {session.readOnly && !stopped && <Note kind="warning">{t("common.readOnly")}</Note>}
      {session.warnings.map((warning) => (
        <Warning
          key={warning.kind}
          warning={warning}
          session={session}
          onBackups={onBackups}
          onDismiss={() => dismiss(warning)}
          onKnown={() => setKnown(warning.kind)}
        />
      ))}
      {known && <RollbackReasonDialog kind={known} onSession={onSession} onClose={() => setKnown(null)} />}
      {session.executor.state === "waitingForOperator" && (
        <Note kind="plain">
          {t("session.executor.waitingForOperator")}{" "}
          {session.executor.waiting > 0 && t("session.executorWaiting", counted(session.executor.waiting))}
        </Note>
      )}
      {reminds && (
        <Note kind="plain">
          <div className={classes.line}>
            <span>{t(session.recovery === "none" ? "kit.remindNone" : "kit.remindUnchecked")}</span>
            <Button variant="default" size="compact-sm" onClick={onMakeKit}>
              {t(session.recovery === "none" ? "kit.make" : "kit.makeNew")}
            </Button>
            <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setLater(true)}>
              {t("kit.later")}
            </Button>
          </div>
        </Note>
      )}
    </div>
  );
}

type WarningProps = {
  warning: VaultWarning;
  session: SessionView;
  onBackups: (() => void) | null;
  onDismiss: () => void;
  /** Opens the dialog in which an Administrator gives the reason for the rollback. */
  onKnown: () => void;
};

function Warning({ warning, session, onBackups, onDismiss, onKnown }: WarningProps) {
  const { t } = useTranslation();
  const mayKnow = session.permitted.includes("acceptSetBack");
  const whyNot = session.roles.includes("administrator") ? "notices.knownReadOnly" : "notices.knownByAdministrator";
  const setBack = (
    <div className={classes.line}>
      <span>{!mayKnow && t(whyNot)}</span>
      {onBackups && (
        <Button variant="default" size="compact-sm" onClick={onBackups}>
          {t("notices.backups")}
        </Button>
      )}
      <Button variant="default" size="compact-sm" disabled={!mayKnow} onClick={onKnown}>
        {t("notices.understood")}
      </Button>
    </div>
  );
  const understood = (
    <Button variant="default" size="compact-sm" onClick={onDismiss}>
      {t("notices.understood")}
    </Button>
  );
  const backups = onBackups && (
    <Button variant="default" size="compact-sm" onClick={onBackups}>
      {t("notices.backups")}
    </Button>
  );
  switch (warning.kind) {
    case "rolledBack":
    case "forked":
      return (
        <Note kind="error" title={t(`notices.${warning.kind}`)}>
          {t(`notices.${warning.kind}Text`)}
          <dl className={classes.states}>
            <State name={t("notices.seen")} head={warning.seen} />
            <State name={t("notices.found")} head={warning.found} />
          </dl>
          {setBack}
        </Note>
      );
    case "databaseBehind":
      return (
        <Note kind="error" title={t("notices.databaseBehind")}>
          {t("notices.databaseBehindText")}
          <dl className={classes.states}>
            <div>
              <dt>{t("notices.slots")}</dt>
              <dd>{t("notices.slotsState", { ...counted(warning.changes), at: formatExact(warning.newest) })}</dd>
            </div>
            <State name={t("notices.found")} head={warning.found} />
          </dl>
          {setBack}
        </Note>
      );
    case "syncedFolder":
      return (
        <Note kind="warning" title={t("session.synced", { service: t(`session.services.${warning.service}`) })}>
          <div className={classes.line}>
            <span>{t("session.syncedText")}</span>
            {understood}
          </div>
        </Note>
      );
    case "displaced":
      return <DisplacedVault how={warning.how} path={session.vaultPath} />;
    case "damaged":
      return (
        <Note kind="error" title={t("vault.damaged")}>
          <div className={classes.line}>
            <span>
              {t("vault.damagedText")}{" "}
              {warning.newestGood
                ? t("vault.damagedBackup", { at: formatExact(warning.newestGood.madeAt) })
                : t("session.noBackup")}
            </span>
            {backups}
          </div>
        </Note>
      );
    case "altered":
      return (
        <Note kind="error" title={t("vault.altered")}>
          <div className={classes.line}>
            <span>{t("vault.alteredText", { objects: warning.objects })}</span>
            {backups}
          </div>
        </Note>
      );
    case "backupOld":
      return (
        <Note kind="warning">
          <div className={classes.line}>
            <span>{t("notices.backupOld", counted(warning.days))}</span>
            {backups}
          </div>
        </Note>
      );
  }
}

function State({ name, head }: { name: string; head: AuditHeadView }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {t("notices.state", { entries: formatNumber(head.entries), at: formatExact(head.at) })}{" "}
        <code className={classes.hash}>{head.hash}</code>
      </dd>
    </div>
  );
}
