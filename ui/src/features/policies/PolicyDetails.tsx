// A policy in the drawer: its criteria, its triggers with their hours, and its overrides.
import { Button, Group, Skeleton } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { SideDrawer } from "../../components/dialogs/SideDrawer";
import { ExactTime } from "../../components/display/Time";
import { FailureNote, Note } from "../../components/feedback/Note";
import { Facts, Section } from "../../components/layout/Facts";
import { usePolicy, useRotationStatus } from "../../data/records";
import { useMayWritePolicies } from "../../data/session";
import { formatError } from "../../i18n/errors";
import { formatExact, formatNumber } from "../../i18n/format";
import { failureOf, type PolicyView, triggerKinds } from "../../ipc";
import { PolicyBadge } from "./columns";
import { formatCriteria, formatTrigger, formatWindows } from "./format";
import { TimeZone } from "./TimeZone";

export type PolicyAction = "edit" | "pause" | "resume" | "credentials" | "delete";

type Props = { id: string; onClose: () => void; onDo: (what: PolicyAction, policy: PolicyView) => void };

const overrides = ["attempts", "backOffSeconds", "connectTimeoutSeconds", "readTimeoutSeconds"] as const;

export function PolicyDetails({ id, onClose, onDo }: Props) {
  const { t } = useTranslation();
  const mayWritePolicies = useMayWritePolicies();
  const { data: policy, error } = usePolicy(id);
  const { data: status } = useRotationStatus();
  const act = (what: PolicyAction) => () => policy && onDo(what, policy);
  const triggers = policy
    ? triggerKinds.flatMap((kind) => {
        const text = formatTrigger(kind, policy.triggers);
        const windows = policy.triggers[kind]?.windows ?? [];
        return text ? [{ name: t(`policies.triggers.${kind}`), value: `${text}\n${formatWindows(windows)}` }] : [];
      })
    : [];
  return (
    <SideDrawer
      opened
      title={policy?.name ?? t("policies.details")}
      onClose={onClose}
      footer={
        policy && (
          <Group gap="xs" justify="flex-end">
            <Button variant="default" onClick={act("credentials")}>
              {t("devices.showCredentials")}
            </Button>
            {mayWritePolicies && (
              <>
                <Button variant="default" onClick={act(policy.pause ? "resume" : "pause")}>
                  {t(policy.pause ? "rotation.resume" : "rotation.pause")}
                </Button>
                <Button leftSection={<IconPencil size={15} aria-hidden />} onClick={act("edit")}>
                  {t("policies.edit")}
                </Button>
              </>
            )}
          </Group>
        )
      }
    >
      {error && <FailureNote failure={formatError(failureOf(error))} />}
      {!policy && !error && <Skeleton height="12rem" />}
      {policy && (
        <>
          {policy.pause && (
            <Note
              kind="warning"
              title={t("policies.pausedBy", { by: policy.pause.by, at: formatExact(policy.pause.at) })}
            >
              {policy.pause.reason}
            </Note>
          )}
          <Section title={t("policies.policy")}>
            <Facts
              facts={[
                { name: t("operations.state"), value: <PolicyBadge paused={policy.pause !== null} /> },
                { name: t("policies.priority"), value: formatNumber(policy.priority) },
                { name: t("policies.strength"), value: policy.strengthName },
                { name: t("policies.appliesTo"), value: formatNumber(policy.credentials) },
                { name: t("credentials.updated"), value: <ExactTime at={policy.updatedAt} /> },
              ]}
            />
          </Section>
          <Section title={t("policies.criteria")}>
            {formatCriteria(policy.criteria).length === 0 ? (
              t("policies.everything")
            ) : (
              <Facts facts={formatCriteria(policy.criteria)} />
            )}
          </Section>
          <Section title={t("policies.tabs.triggers")}>
            {triggers.length === 0 ? t("policies.noTriggers") : <Facts facts={triggers} />}
            {triggers.length > 0 && status && (
              <Facts facts={[{ name: t("policies.timeZoneName"), value: <TimeZone timeZone={status.timeZone} /> }]} />
            )}
          </Section>
          <Section title={t("policies.tabs.overrides")}>
            <Facts
              facts={overrides.map((name) => ({
                name: t(`policies.overrides.${name}`),
                value: policy.overrides[name] === null ? t("policies.asParameters") : policy.overrides[name],
              }))}
            />
          </Section>
        </>
      )}
    </SideDrawer>
  );
}
