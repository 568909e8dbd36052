// Settings → Parameters: the parameters in groups, each saved separately.
import { Button, Skeleton } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { SearchField } from "../../components/fields/SearchField";
import { Panels } from "../../components/layout/Panel";
import { ScreenHeader } from "../../components/layout/ScreenHeader";
import { useParameters } from "../../data/records";
import { useMay } from "../../data/session";
import { ParameterRow } from "../../features/parameters/ParameterRow";
import classes from "../../features/parameters/parameters.module.css";
import { groupsOf } from "../../features/parameters/values";
import { formatNumber } from "../../i18n/format";

export function ParametersScreen() {
  const { t, i18n } = useTranslation();
  const mayWrite = useMay("writeParameters");
  const [text, setText] = useState("");
  const { data, isError, refetch } = useParameters();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words that are searched are the language's
  const groups = useMemo(() => groupsOf(data ?? [], text), [data, text, i18n.language]);
  return (
    <>
      <ScreenHeader
        title={t("parameters.title")}
        count={data && formatNumber(data.length)}
        search={<SearchField label={t("parameters.search")} value={text} onChange={setText} />}
      />
      <Panels label={t("parameters.title")}>
        {isError && (
          <EmptyState
            text={t("table.failed")}
            action={
              <Button variant="default" onClick={() => refetch()}>
                {t("common.retry")}
              </Button>
            }
          />
        )}
        {!data && !isError && Array.from({ length: 8 }, (_, at) => <Skeleton key={at.toString()} h={44} mt="md" />)}
        {data && groups.length === 0 && <p>{t("table.nothingMatches")}</p>}
        {groups.map(([group, parameters]) => (
          <section key={group} className={classes.group} aria-label={t(`parameters.groups.${group}`)}>
            <h2 className={classes.title}>{t(`parameters.groups.${group}`)}</h2>
            {parameters.map((parameter) => (
              <ParameterRow key={parameter.key} parameter={parameter} mayWrite={mayWrite} />
            ))}
          </section>
        ))}
      </Panels>
    </>
  );
}
