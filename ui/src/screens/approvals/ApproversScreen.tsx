// Settings → Approvers: the approvers, the rules, and the switch for emergencies.
import { Button, Skeleton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { Panels } from "../../components/layout/Panel";
import { ScreenHeader } from "../../components/layout/ScreenHeader";
import { useApprovers } from "../../data/records";
import { useMay } from "../../data/session";
import { ApproversForm } from "../../features/approvers/ApproversForm";
import { Emergency } from "../../features/approvers/Emergency";
import { useGo } from "../places";

export function ApproversScreen() {
  const { t } = useTranslation();
  const go = useGo();
  const mayWrite = useMay("writeApprovers");
  const { data: view, isError, refetch } = useApprovers();
  // Typed input is dropped only if the user reloads.
  const [round, setRound] = useState(0);
  const reload = () => refetch().then(() => setRound(round + 1));
  return (
    <>
      <ScreenHeader title={t("frame.approvers")} />
      <Panels label={t("frame.approvers")}>
        {isError && (
          <EmptyState
            text={t("table.failed")}
            action={
              <Button variant="default" onClick={reload}>
                {t("common.retry")}
              </Button>
            }
          />
        )}
        {!view && !isError && Array.from({ length: 5 }, (_, at) => <Skeleton key={at.toString()} h={44} mt="md" />)}
        {view && (
          <>
            <ApproversForm key={round} view={view} mayWrite={mayWrite} onReload={reload} />
            <Emergency view={view} mayWrite={mayWrite} onShow={(request) => go({ screen: "batches", request })} />
          </>
        )}
      </Panels>
    </>
  );
}
