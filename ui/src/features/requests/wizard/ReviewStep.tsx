// Every old and new value before the request, and the refusals with their reasons. Nothing is stored yet.
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Note } from "../../../components/feedback/Note";
import { useBatchReview } from "../../../data/lists";
import { formatError, formatRule } from "../../../i18n/errors";
import { counted, formatNumber } from "../../../i18n/format";
import { type BatchDraft, failureOf, type ReviewTab, reviewTabs } from "../../../ipc";
import { type ChangeFilter, ChangeList } from "../ChangeList";
import classes from "./wizard.module.css";

/** Returns the text of a host's field name, without the levels above it. */
const fieldOf = (name: string) => name.replace(/^update\./, "");

export function ReviewStep({ draft }: { draft: BatchDraft }) {
  const { t, i18n } = useTranslation();
  const [show, setShow] = useState<ReviewTab>("changed");
  const [changeFilter, setChangeFilter] = useState<ChangeFilter>({ text: null, group: null });
  const list = useBatchReview({ draft, show, ...changeFilter });
  const page = list.first;
  const problemField = (name: string) => {
    const key = fieldOf(name).replaceAll(".", "_");
    return i18n.exists(`batch.problemFields.${key}`) ? t(`batch.problemFields.${key as "domain"}`) : fieldOf(name);
  };

  return (
    <>
      <div className={classes.head}>
        <div className={classes.headText}>
          <h2 className={classes.title}>{t("batch.reviewTitle")}</h2>
          <p className={classes.lead}>{t("batch.reviewLead")}</p>
        </div>
      </div>
      <div className={classes.notes}>
        {list.error && <Note kind="error" title={formatError(failureOf(list.error)).message} />}
        {page && page.problems.length > 0 && (
          <Note kind="error" title={t("batch.problems")}>
            <ul className={classes.who}>
              {page.problems.map(({ field, rule }) => (
                <li key={field}>
                  {problemField(field)}: {formatRule(rule)}
                </li>
              ))}
            </ul>
          </Note>
        )}
        {page && page.refused > 0 && (
          <Note kind="warning" title={t("batch.refused", counted(page.refused))}>
            <ul className={classes.who}>
              {page.refusalGroups.map(({ reason, count }) => (
                <li key={reason}>
                  {t("batch.refusalLine", { reason: t(`requests.refusals.${reason}`), count: formatNumber(count) })}
                </li>
              ))}
            </ul>
          </Note>
        )}
        {page && page.canceledOperations > 0 && (
          <Note kind="warning" title={t("batch.canceledOperations", counted(page.canceledOperations))} />
        )}
      </div>
      <ChangeList
        label={t("batch.reviewTitle")}
        list={list}
        groups={show === "changed" ? (page?.groups ?? []) : []}
        changeFilter={changeFilter}
        onFilter={setChangeFilter}
        empty={t(`batch.reviewEmpty.${show}`)}
        tools={
          <SegmentedControl
            aria-label={t("batch.show")}
            value={show}
            onChange={(next) => {
              setShow(next as ReviewTab);
              setChangeFilter({ text: changeFilter.text, group: null });
            }}
            data={reviewTabs.map((value) => ({
              value,
              label: t(`batch.shows.${value}`, { formatted: formatNumber(page?.[value] ?? 0) }),
            }))}
          />
        }
      />
    </>
  );
}
