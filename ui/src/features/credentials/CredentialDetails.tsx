// A credential's details in the drawer: its password first, then its state, its rotation and its chain.
import { Button, Group, Skeleton, Text } from "@mantine/core";
import { IconKey, IconPencil, IconPlayerPause, IconPlayerPlay, IconShieldCheck, IconTool } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SideDrawer } from "../../components/dialogs/SideDrawer";
import { Tags } from "../../components/display/Tags";
import { ExactTime, RelativeTime } from "../../components/display/Time";
import { FailureNote, Note } from "../../components/feedback/Note";
import { Facts, Section } from "../../components/layout/Facts";
import { useCredential, usePlugins, useTemplates } from "../../data/records";
import { useMay, useMayChange } from "../../data/session";
import { formatError } from "../../i18n/errors";
import { type ChainNodeView, type CredentialView, failureOf } from "../../ipc";
import { Chain } from "./Chain";
import { StatusBadge, SyncBadge, VerificationBadge } from "./columns";
import { Rotation } from "./Rotation";
import { Secret } from "./secret/Secret";

export type CredentialAction =
  | "change"
  | "verify"
  | "reconcile"
  | "pause"
  | "resume"
  | "edit"
  | "operations"
  | "history"
  | "trail";

type Props = {
  id: string;
  onClose: () => void;
  onDo: (what: CredentialAction, credential: CredentialView) => void;
  operationMark: (node: ChainNodeView) => ReactNode;
  onShow: (node: ChainNodeView) => void;
};

function Execution({ credential }: { credential: CredentialView }) {
  const { t } = useTranslation();
  const { execution } = credential;
  const plugin = usePlugins().data?.find((each) => each.id === execution.pluginId);
  const template = useTemplates().data?.find((each) => each.id === execution.templateId);
  return (
    <Facts
      facts={[
        {
          name: t("credentials.automatic"),
          value: t(execution.automaticChange ? "credentials.automaticOn" : "credentials.automaticOff"),
        },
        { name: t("credentials.plugin"), value: plugin?.name ?? t("common.none") },
        {
          name: t("credentials.template"),
          value: template
            ? t("credentials.templateVersion", { name: template.name, version: template.version })
            : t("common.none"),
        },
        {
          name: t("credentials.access"),
          value: execution.connectWithOwn
            ? t("credentials.own")
            : (execution.accessCredentialLabel ?? t("common.none")),
        },
        { name: t("credentials.privateKey"), value: credential.hasPrivateKey && t("credentials.privateKeyStored") },
        { name: t("chain.group"), value: execution.exclusionGroup },
        {
          name: t("reconciliation.legend"),
          value: execution.reconciliation.enabled
            ? t(execution.reconciliation.autorun ? "reconciliation.onAutorun" : "reconciliation.on", {
                name: execution.reconciliation.credentialLabel ?? t("common.none"),
              })
            : t("reconciliation.off"),
        },
      ]}
    />
  );
}

function Foot({ credential, onDo }: { credential: CredentialView; onDo: Props["onDo"] }) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const act = (what: CredentialAction) => () => onDo(what, credential);
  return (
    <Group gap="xs" justify="flex-end">
      <Button variant="default" onClick={act("operations")}>
        {t("credentials.showOperations")}
      </Button>
      {mayChange && (
        <>
          <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={act("edit")}>
            {t("credentials.edit")}
          </Button>
          {credential.notChangeable === null && (
            <Button leftSection={<IconKey size={15} aria-hidden />} onClick={act("change")}>
              {t("credentials.requestChange")}
            </Button>
          )}
        </>
      )}
    </Group>
  );
}

/** Shows the last result for the stored password, with the possible actions. */
function VerificationSection({ credential, onDo }: { credential: CredentialView; onDo: Props["onDo"] }) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const doubtful = credential.sync === "outOfSync" || credential.verification === "refused";
  return (
    <>
      {doubtful && (
        <Note
          kind="error"
          title={t(credential.sync === "outOfSync" ? "reconciliation.outOfSync" : "verification.refusedTitle")}
        >
          {credential.notReconcilable
            ? t("reconciliation.cannot", { reason: t(`notReconcilable.${credential.notReconcilable}`) })
            : t("reconciliation.offer")}
        </Note>
      )}
      <Facts
        facts={[
          {
            name: t("credentials.sync"),
            value: (
              <Group gap="xs">
                <SyncBadge sync={credential.sync} />
                {credential.sync === "inSync" && <RelativeTime at={credential.provenAt} />}
              </Group>
            ),
          },
          {
            name: t("verification.last"),
            value: credential.verification ? (
              <Group gap="xs">
                <VerificationBadge result={credential.verification} />
                <RelativeTime at={credential.verifiedAt} />
              </Group>
            ) : (
              t("common.never")
            ),
          },
          {
            name: t(credential.passwordOrigin === "generated" ? "credentials.changed" : "credentials.stored"),
            value: <RelativeTime at={credential.changedAt} never={t("common.never")} />,
          },
          { name: t("expiration.expires"), value: credential.expiresAt && <RelativeTime at={credential.expiresAt} /> },
        ]}
      />
      {mayChange && (
        <Group gap="xs" mt="xs">
          {credential.notVerifiable === null && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconShieldCheck size={15} aria-hidden />}
              onClick={() => onDo("verify", credential)}
            >
              {t("verification.now")}
            </Button>
          )}
          {credential.notReconcilable === null && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconTool size={15} aria-hidden />}
              onClick={() => onDo("reconcile", credential)}
            >
              {t("operations.actions.reconcile")}
            </Button>
          )}
        </Group>
      )}
    </>
  );
}

export function CredentialDetails({ id, onClose, onDo, operationMark, onShow }: Props) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const mayReveal = useMay("revealSecrets");
  const mayAudit = useMay("readAudit");
  const { data: credential, error } = useCredential(id);
  const name = credential && t("credentials.label", { username: credential.username, device: credential.deviceName });
  return (
    <SideDrawer
      opened
      wide
      title={name ?? t("credentials.details")}
      onClose={onClose}
      footer={credential && <Foot credential={credential} onDo={onDo} />}
    >
      {error && <FailureNote failure={formatError(failureOf(error))} />}
      {!credential && !error && <Skeleton height="12rem" />}
      {credential && (
        <>
          <Section
            title={t("credentials.passwordSection")}
            aside={
              credential.hasPassword && (
                <Button variant="subtle" size="compact-sm" onClick={() => onDo("history", credential)}>
                  {t("secrets.history")}
                </Button>
              )
            }
          >
            {mayReveal ? (
              <Secret id={credential.id} name={name ?? ""} hasPassword={credential.hasPassword} />
            ) : (
              <Text c="dimmed">{t(credential.hasPassword ? "secrets.notYours" : "credentials.noPasswordStored")}</Text>
            )}
          </Section>
          <Section title={t("verification.section")}>
            <VerificationSection credential={credential} onDo={onDo} />
          </Section>
          <Section
            title={t("rotation.section")}
            aside={
              mayChange && (
                <Button
                  variant="default"
                  size="compact-sm"
                  leftSection={
                    credential.pause ? (
                      <IconPlayerPlay size={15} aria-hidden />
                    ) : (
                      <IconPlayerPause size={15} aria-hidden />
                    )
                  }
                  onClick={() => onDo(credential.pause ? "resume" : "pause", credential)}
                >
                  {t(credential.pause ? "rotation.resume" : "rotation.pause")}
                </Button>
              )
            }
          >
            <Rotation id={credential.id} />
          </Section>
          <Section title={t("chain.title")}>
            <Chain id={credential.id} operationMark={operationMark} onShow={onShow} />
          </Section>
          <Section
            title={t("credentials.tabInformation")}
            aside={
              mayAudit && (
                <Button variant="subtle" size="compact-sm" onClick={() => onDo("trail", credential)}>
                  {t("frame.auditTrail")}
                </Button>
              )
            }
          >
            <Facts
              facts={[
                { name: t("credentials.device"), value: credential.deviceName },
                { name: t("credentials.type"), value: t(`credentials.types.${credential.passwordType}`) },
                { name: t("credentials.domain"), value: credential.domain },
                { name: t("credentials.status"), value: <StatusBadge status={credential.status} /> },
                {
                  name: t("credentials.tags"),
                  value: credential.tags.length > 0 && <Tags tags={credential.tags} most={20} />,
                },
                { name: t("credentials.additional"), value: credential.additionalInformation },
                { name: t("credentials.created"), value: <ExactTime at={credential.createdAt} /> },
              ]}
            />
          </Section>
          <Section title={t("credentials.executionSection")}>
            {credential.notChangeable && (
              <Note kind="plain">
                {t("credentials.notChangeableNow", { reason: t(`notChangeable.${credential.notChangeable}`) })}
              </Note>
            )}
            <Execution credential={credential} />
          </Section>
        </>
      )}
    </SideDrawer>
  );
}
