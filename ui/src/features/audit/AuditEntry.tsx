// One entry of the audit trail in the drawer: the old and new values, and the hashes that chain it to its neighbours.
import { Button, Group, Skeleton } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { SideDrawer } from "../../components/dialogs/SideDrawer";
import { ExactTime } from "../../components/display/Time";
import { FailureNote } from "../../components/feedback/Note";
import { Facts, Section } from "../../components/layout/Facts";
import { useAuditEntry } from "../../data/records";
import { formatError } from "../../i18n/errors";
import { formatNumber } from "../../i18n/format";
import { type AuditChangeView, type AuditEntryView, failureOf } from "../../ipc";
import classes from "./audit.module.css";
import { ClockAhead } from "./ClockAhead";
import { formatAction, formatField, formatNoun, formatObject } from "./format";
import { formatStoredValue } from "./storedValues";

type Props = { number: number; onShowObject: (entry: AuditEntryView) => void; onClose: () => void };

type ChangesProps = { action: string; changes: AuditChangeView[] };

export function Changes({ action, changes }: ChangesProps) {
  const { t } = useTranslation();
  const say = (field: string, value: string | null) =>
    value === null ? <i className={classes.nothing}>{t("audit.nothing")}</i> : formatStoredValue(action, field, value);
  return (
    <table className={classes.changes}>
      <thead>
        <tr>
          <th scope="col">{t("audit.field")}</th>
          <th scope="col">{t("audit.before")}</th>
          <th scope="col">{t("audit.after")}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.field}>
            <th scope="row">{formatField(change.field)}</th>
            {change.secret ? (
              <td colSpan={2} className={classes.secret}>
                {t("audit.secretChanged")}
              </td>
            ) : (
              <>
                <td>{say(change.field, change.from)}</td>
                <td>
                  <IconArrowRight size={13} aria-hidden className={classes.arrow} /> {say(change.field, change.to)}
                </td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function AuditEntry({ number, onShowObject, onClose }: Props) {
  const { t } = useTranslation();
  const { data: entry, error } = useAuditEntry(number);
  return (
    <SideDrawer
      opened
      title={t("audit.entry", { number: formatNumber(number) })}
      onClose={onClose}
      footer={
        entry?.objectId && (
          <Group gap="xs">
            <Button variant="default" onClick={() => onShowObject(entry)}>
              {t("audit.sameObject")}
            </Button>
          </Group>
        )
      }
    >
      {error && <FailureNote failure={formatError(failureOf(error))} />}
      {!entry && !error && <Skeleton height={220} />}
      {entry && (
        <>
          <Section title={formatAction(entry.action)}>
            <Facts
              facts={[
                {
                  name: t("audit.at"),
                  value: (
                    <>
                      <ExactTime at={entry.at} /> {entry.clockWasAhead && <ClockAhead />}
                    </>
                  ),
                },
                { name: t("audit.who"), value: entry.userName ?? t("audit.program") },
                { name: t("audit.object"), value: formatObject(entry.noun, entry.objectLabel) },
                { name: t("audit.noun"), value: entry.noun && formatNoun(entry.noun) },
                ...entry.facts.map(({ name, value }) => ({
                  name: formatField(name),
                  value: formatStoredValue(entry.action, name, value),
                })),
              ]}
            />
          </Section>
          {entry.changes.length > 0 && (
            <Section title={t("audit.changes")}>
              <Changes action={entry.action} changes={entry.changes} />
            </Section>
          )}
          <Section title={t("audit.chain")}>
            <Facts
              facts={[
                { name: t("audit.hash"), value: <code className={classes.hash}>{entry.hash}</code> },
                { name: t("audit.previous"), value: <code className={classes.hash}>{entry.previous}</code> },
              ]}
            />
          </Section>
        </>
      )}
    </SideDrawer>
  );
}
