// An operation's details in the drawer: a summary, and the timeline of its attempts, newest first.
import { Button, Group, Skeleton, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SideDrawer } from "../../components/dialogs/SideDrawer";
import { ElapsedTime, ExactTime, RelativeTime } from "../../components/display/Time";
import { FailureNote, Note } from "../../components/feedback/Note";
import { Facts, Section } from "../../components/layout/Facts";
import { useOperation } from "../../data/records";
import { useMayChange } from "../../data/session";
import { formatError } from "../../i18n/errors";
import { failureOf, type OperationAction, type OperationLinkView, type OperationRowView } from "../../ipc";
import { Attempt } from "./Attempt";
import classes from "./operations.module.css";
import { OperationBadge } from "./states";

type Props = {
  id: string;
  onClose: () => void;
  onAction: (operation: OperationRowView, action: OperationAction) => void;
  /** Opens an operation that is related to this one. */
  onShow: (id: string) => void;
};

function Links({ links, onShow }: { links: OperationLinkView[]; onShow: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.links}>
      {links.map((link) => (
        <li key={link.id}>
          <button type="button" className={classes.link} onClick={() => onShow(link.id)}>
            <span className={classes.linkName}>
              {link.code} · {t("credentials.label", { username: link.username, device: link.deviceName })}
            </span>
            <OperationBadge operation={{ state: link.state, step: null }} />
          </button>
        </li>
      ))}
    </ul>
  );
}

export function OperationDetails({ id, onClose, onAction, onShow }: Props) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const { data: operation, error } = useOperation(id);
  return (
    <SideDrawer
      opened
      wide
      title={operation ? t("operations.detailsTitle", { code: operation.code }) : t("operations.details")}
      onClose={onClose}
      footer={
        operation &&
        mayChange &&
        operation.actions.length > 0 && (
          <Group gap="xs">
            {operation.actions.map((action) => (
              <Button key={action} variant="default" onClick={() => onAction(operation, action)}>
                {t(`operations.actions.${action}`)}
              </Button>
            ))}
          </Group>
        )
      }
    >
      {error && <FailureNote failure={formatError(failureOf(error))} />}
      {!operation && !error && <Skeleton height="12rem" />}
      {operation && (
        <>
          {operation.hold && <Note kind="warning">{t(`operations.holds.${operation.hold}`)}</Note>}
          {operation.candidateSent && operation.state !== "succeeded" && operation.state !== "running" && (
            <Note kind="warning" title={t("operations.candidateSent")}>
              {t("operations.candidateSentText")}
            </Note>
          )}
          {operation.noAutorun && (
            <Note kind="plain" title={t("operations.noAutorunTitle")}>
              {t(`operations.noAutorun.${operation.noAutorun}`)}
            </Note>
          )}
          <Section title={t(`operations.types.${operation.type}`)}>
            <Facts
              facts={[
                { name: t("operations.state"), value: <OperationBadge operation={operation} /> },
                { name: t("operations.username"), value: operation.username },
                { name: t("operations.device"), value: operation.deviceName },
                { name: t("operations.requester"), value: operation.requester },
                { name: t("operations.origin"), value: t(`operations.origins.${operation.origin}`) },
                { name: t("operations.scheduled"), value: <ExactTime at={operation.scheduledAt} /> },
                {
                  name: t("operations.executed"),
                  value: operation.startedAt && (
                    <>
                      <ExactTime at={operation.startedAt} />
                      {operation.state === "running" && (
                        <>
                          {" · "}
                          <ElapsedTime since={operation.startedAt} />
                        </>
                      )}
                    </>
                  ),
                },
                { name: t("operations.ended"), value: operation.endedAt && <ExactTime at={operation.endedAt} /> },
                {
                  name: t("operations.nextAttempt"),
                  value: operation.nextAttemptAt && <RelativeTime at={operation.nextAttemptAt} />,
                },
              ]}
            />
          </Section>
          {operation.parent && (
            <Section title={t("operations.follows")}>
              <Links links={[operation.parent]} onShow={onShow} />
            </Section>
          )}
          {operation.children.length > 0 && (
            <Section title={t("operations.followedBy")}>
              <Links links={operation.children} onShow={onShow} />
            </Section>
          )}
          <Section title={t("operations.attempts")}>
            {operation.attemptList.length === 0 ? (
              <Text c="dimmed">{t("operations.attemptsNone")}</Text>
            ) : (
              <ol className={classes.attempts}>
                {[...operation.attemptList]
                  .sort((a, b) => b.number - a.number)
                  .map((attempt) => (
                    <Attempt key={attempt.number} attempt={attempt} />
                  ))}
              </ol>
            )}
          </Section>
        </>
      )}
    </SideDrawer>
  );
}
