// A credential's details in the drawer: its password first, then what it is and how it is changed.
import { Button, Group, Skeleton, Text } from "@mantine/core";
import { IconKey, IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Facts, Section } from "../../components/Facts";
import { FailureNote, Note } from "../../components/Note";
import { SideDrawer } from "../../components/SideDrawer";
import { Tags } from "../../components/Tags";
import { ExactTime, RelativeTime } from "../../components/Time";
import { useCredential, usePlugins, useTemplates } from "../../data/records";
import { useMay, useMayChange } from "../../data/session";
import { tellError } from "../../i18n/told";
import { type CredentialView, failureOf } from "../../ipc";
import { StatusBadge, SyncBadge } from "./columns";
import { Secret } from "./Secret";

type Props = {
  id: string;
  onClose: () => void;
  onEdit: (credential: CredentialView) => void;
  onRequestChange: (credential: CredentialView) => void;
  onShowOperations: (credential: CredentialView) => void;
  onHistory: (credential: CredentialView) => void;
  onShowTrail?: (credential: CredentialView) => void;
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
      ]}
    />
  );
}

export function CredentialDetails(props: Props) {
  const { id, onClose, onEdit, onRequestChange, onShowOperations, onHistory, onShowTrail } = props;
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const mayReveal = useMay("revealSecrets");
  const { data: credential, error } = useCredential(id);
  const name = credential && t("credentials.label", { username: credential.username, device: credential.deviceName });
  return (
    <SideDrawer
      opened
      title={name ?? t("credentials.details")}
      onClose={onClose}
      footer={
        credential && (
          <Group gap="xs">
            <Button variant="default" onClick={() => onShowOperations(credential)}>
              {t("credentials.showOperations")}
            </Button>
            {mayChange && (
              <>
                <Button
                  variant="default"
                  leftSection={<IconPencil size={15} aria-hidden />}
                  onClick={() => onEdit(credential)}
                >
                  {t("credentials.edit")}
                </Button>
                {credential.notChangeable === null && (
                  <Button leftSection={<IconKey size={15} aria-hidden />} onClick={() => onRequestChange(credential)}>
                    {t("credentials.requestChange")}
                  </Button>
                )}
              </>
            )}
          </Group>
        )
      }
    >
      {error && <FailureNote told={tellError(failureOf(error))} />}
      {!credential && !error && <Skeleton height="12rem" />}
      {credential && (
        <>
          <Section
            title={t("credentials.passwordSection")}
            aside={
              credential.hasPassword && (
                <Button variant="subtle" size="compact-sm" onClick={() => onHistory(credential)}>
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
          <Section
            title={t("credentials.tabInformation")}
            aside={
              onShowTrail && (
                <Button variant="subtle" size="compact-sm" onClick={() => onShowTrail(credential)}>
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
                { name: t("credentials.sync"), value: <SyncBadge sync={credential.sync} /> },
                {
                  name: t("credentials.tags"),
                  value: credential.tags.length > 0 && <Tags tags={credential.tags} most={20} />,
                },
                { name: t("credentials.additional"), value: credential.additionalInformation },
                {
                  name: t("credentials.changed"),
                  value: <RelativeTime at={credential.changedAt} never={t("common.never")} />,
                },
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
