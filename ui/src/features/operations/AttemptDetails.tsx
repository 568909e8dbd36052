// One attempt in the drawer: its result, the advice, the transcript, and a link to its operation.
import { Button, Group, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SideDrawer } from "../../components/dialogs/SideDrawer";
import { FailureNote } from "../../components/feedback/Note";
import { Facts, Section } from "../../components/layout/Facts";
import { useAttempt } from "../../data/records";
import { useMayChange } from "../../data/session";
import { formatError } from "../../i18n/errors";
import { failureOf, type OperationAction, type OperationRowView } from "../../ipc";
import { Attempt } from "./Attempt";
import classes from "./operations.module.css";
import { OperationBadge, TypeMark } from "./states";

type Props = {
  id: string;
  onClose: () => void;
  onShowOperation: (id: string) => void;
  onAction: (operation: OperationRowView, action: OperationAction) => void;
};

export function AttemptDetails({ id, onClose, onShowOperation, onAction }: Props) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const { data, error } = useAttempt(id);
  const operation = data?.operation;
  return (
    <SideDrawer
      opened
      wide
      title={
        data
          ? t("attempts.detailsTitle", {
              number: data.attempt.number,
              code: data.operation.code,
            })
          : t("attempts.details")
      }
      onClose={onClose}
      footer={
        operation && (
          <Group gap="xs">
            {mayChange &&
              operation.actions
                .filter((action) => action !== "cancel")
                .map((action) => (
                  <Button key={action} variant="default" onClick={() => onAction(operation, action)}>
                    {t(`operations.actions.${action}`)}
                  </Button>
                ))}
            <Button onClick={() => onShowOperation(operation.id)}>{t("attempts.showOperation")}</Button>
          </Group>
        )
      }
    >
      {error && <FailureNote failure={formatError(failureOf(error))} />}
      {!data && !error && <Skeleton height="12rem" />}
      {data && operation && (
        <>
          <Section title={t("attempts.ofOperation")}>
            <Facts
              facts={[
                { name: t("operations.type"), value: <TypeMark type={operation.type} /> },
                { name: t("operations.state"), value: <OperationBadge operation={operation} /> },
                { name: t("operations.username"), value: operation.username },
                { name: t("operations.device"), value: operation.deviceName },
                { name: t("operations.requester"), value: operation.requester },
              ]}
            />
          </Section>
          <Section title={t("attempts.outcome")}>
            <ol className={classes.attempts}>
              <Attempt attempt={data.attempt} />
            </ol>
          </Section>
        </>
      )}
    </SideDrawer>
  );
}
