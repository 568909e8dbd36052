// Every previous, current and candidate password of a credential, with its origin and time; each can be shown.
import { Button, Group, Skeleton } from "@mantine/core";
import {
  IconCircleCheck,
  IconCircleOff,
  IconCopy,
  IconEye,
  IconEyeOff,
  IconHelpHexagon,
  IconHistory,
  IconHourglass,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { SideDrawer } from "../../components/dialogs/SideDrawer";
import { ExactTime } from "../../components/display/Time";
import { FailureNote } from "../../components/feedback/Note";
import { StateBadge } from "../../components/feedback/StateBadge";
import { useSecretHistory } from "../../data/records";
import { useMay } from "../../data/session";
import { formatError } from "../../i18n/errors";
import { formatNumber } from "../../i18n/format";
import { call, failureOf, type SecretVersionState, type SecretVersionView } from "../../ipc";
import classes from "./History.module.css";
import { AskReason } from "./secret/Reason";
import { RevealedSecretView } from "./secret/Secret";
import { useSecret } from "./secret/useSecret";

const badges = {
  candidate: { icon: IconHourglass, tone: "amber" },
  unresolved: { icon: IconHelpHexagon, tone: "amber" },
  current: { icon: IconCircleCheck, tone: "green" },
  previous: { icon: IconHistory, tone: "gray" },
  retired: { icon: IconHistory, tone: "gray" },
  abandoned: { icon: IconCircleOff, tone: "gray" },
} as const satisfies Record<SecretVersionState, unknown>;

type Props = { id: string; name: string; onClose: () => void };

export function History({ id, name, onClose }: Props) {
  const { t } = useTranslation();
  const mayReveal = useMay("revealSecrets");
  const { data: versions, error } = useSecretHistory(id);
  return (
    <SideDrawer opened title={t("secrets.historyTitle", { name })} onClose={onClose}>
      {error && <FailureNote failure={formatError(failureOf(error))} />}
      {!versions && !error && <Skeleton height={220} />}
      {versions?.length === 0 && <p>{t("credentials.noPasswordStored")}</p>}
      <ol className={classes.versions}>
        {versions?.map((version) => (
          <Version key={version.id} credentialId={id} name={name} version={version} mayReveal={mayReveal} />
        ))}
      </ol>
    </SideDrawer>
  );
}

type VersionProps = { credentialId: string; name: string; version: SecretVersionView; mayReveal: boolean };

function Version({ credentialId, name, version, mayReveal }: VersionProps) {
  const { t } = useTranslation();
  const asked = { credentialId, versionId: version.id };
  const access = useSecret({
    reveal: (reason) => call("secretVersionReveal", { ...asked, ...reason }),
    copy: (reason) => call("secretVersionCopy", { ...asked, ...reason }),
  });
  const number = formatNumber(version.number);
  const origin = t(`secrets.origins.${version.origin}`, {
    user: version.userName ?? t("audit.program"),
    code: version.operationCode ?? "",
  });
  const verb = (what: string) => t("secrets.ofVersion", { what, number });
  const shown = access.secret && { ...access.secret, doubtful: version.state === "candidate" };
  return (
    <li className={classes.version}>
      <div className={classes.head}>
        <span className={classes.number}>
          {t("secrets.version", { number })}
          {version.kind === "privateKey" && ` · ${t("credentials.privateKey")}`}
        </span>
        <StateBadge badge={badges[version.state]} label={t(`secrets.states.${version.state}`)} />
        {mayReveal && (
          <Group gap={4} className={classes.buttons}>
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={access.secret ? <IconEyeOff size={14} aria-hidden /> : <IconEye size={14} aria-hidden />}
              aria-label={verb(t(access.secret ? "credentials.hide" : "credentials.reveal"))}
              onClick={() => (access.secret ? access.hide() : access.begin("reveal"))}
            >
              {t(access.secret ? "secrets.hide" : "secrets.show")}
            </Button>
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconCopy size={14} aria-hidden />}
              aria-label={verb(t("credentials.copy"))}
              onClick={() => access.begin("copy")}
            >
              {t("secrets.copy")}
            </Button>
          </Group>
        )}
      </div>
      <p className={classes.facts}>
        {origin} · <ExactTime at={version.createdAt} />
        {version.currentAt && (
          <>
            {" · "}
            {t("secrets.provenAt")} <ExactTime at={version.currentAt} />
          </>
        )}
      </p>
      <p className={classes.facts}>{t(`secrets.stateTexts.${version.state}`)}</p>
      {shown && <RevealedSecretView secret={shown} onHide={access.hide} />}
      {access.failure && !access.asking && <FailureNote failure={access.failure} />}
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
    </li>
  );
}
