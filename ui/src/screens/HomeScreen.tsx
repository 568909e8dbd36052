// Home: the state of the credentials, running and coming operations, and problems that need a person. Every figure
// leads to its list.
import { Anchor, Skeleton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../components/display/Time";
import { FailureNote, Note } from "../components/feedback/Note";
import { ScreenHeader } from "../components/layout/ScreenHeader";
import { useHome } from "../data/records";
import { Figures } from "../features/home/Figures";
import classes from "../features/home/home.module.css";
import { Failures, Running, Upcoming } from "../features/home/Lists";
import { Panel } from "../features/home/Panel";
import { Timeline } from "../features/home/Timeline";
import { OperationBadge } from "../features/operations/states";
import { PauseControl } from "../features/rotation/PauseEverything";
import { formatError } from "../i18n/errors";
import { counted, formatExact, formatNumber } from "../i18n/format";
import { failureOf, type HomeView, type OperationState } from "../ipc";
import { type AskedOperation, type OpenOperation, OperationOverlays } from "./operations/OperationOverlays";
import { type Place, useGo } from "./places";

function Notes({ home }: { home: HomeView }) {
  const { t } = useTranslation();
  const go = useGo();
  return (
    <div className={classes.notes}>
      {home.late > 0 && (
        <Note kind="warning" title={t("home.late", counted(home.late))}>
          {t("home.lateText")} <RelativeTime at={home.lateSince} />.{" "}
          <Anchor component="button" type="button" onClick={() => go({ screen: "operations", filter: { late: true } })}>
            {t("home.showLate")}
          </Anchor>
        </Note>
      )}
      {home.missed && (
        <Note kind="plain" title={t("home.missed", counted(home.missed.count))}>
          {t("home.missedText", { until: formatExact(home.missed.until) })}
        </Note>
      )}
    </div>
  );
}

function Everything({ home }: { home: HomeView }) {
  const { t } = useTranslation();
  const go = useGo();
  const [open, setOpen] = useState<OpenOperation>(null);
  const [asked, setAsked] = useState<AskedOperation>(null);
  const show = (id: string) => setOpen({ what: "operation", id });
  const link = (place: Place) => (
    <Anchor component="button" type="button" size="sm" onClick={() => go(place)}>
      {t("home.showAll")}
    </Anchor>
  );
  const all = (states: OperationState[]) => link({ screen: "operations", filter: { states } });
  return (
    <>
      <Notes home={home} />
      <Figures
        figures={home.figures}
        onShow={(status) => go({ screen: "credentials", filter: { policyStatus: status } })}
      />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Panel
            title={t("home.running")}
            count={home.runningTotal > 0 ? formatNumber(home.runningTotal) : undefined}
            aside={home.runningTotal > 0 && all(["running"])}
            empty={home.running.length === 0 && t("home.runningNone")}
          >
            <Running rows={home.running} mark={(row) => <OperationBadge operation={row} />} onOpen={show} />
          </Panel>
          <Panel
            title={t("home.failures")}
            aside={home.failures.length > 0 && all(["error"])}
            empty={home.failures.length === 0 && t("home.failuresNone")}
          >
            <Failures rows={home.failures} onOpen={show} />
          </Panel>
        </div>
        <div className={classes.column}>
          <Panel
            title={t("home.next")}
            aside={home.next.length > 0 && all(["scheduled"])}
            empty={home.next.length === 0 && t("home.nextNone")}
          >
            <Timeline hours={home.timeline} />
            <Upcoming
              rows={home.next}
              onOpen={show}
              onOpenCredential={(id) => go({ screen: "credentials", open: id })}
            />
          </Panel>
          {home.approvals !== null && (
            <Panel
              title={t("home.approvals")}
              count={formatNumber(home.approvals)}
              aside={home.approvals > 0 && link({ screen: "approvals", tab: "waiting" })}
              empty={t(home.approvals === 0 ? "home.approvalsNone" : "home.approvalsSome", counted(home.approvals))}
            />
          )}
        </div>
      </div>
      <OperationOverlays open={open} setOpen={setOpen} asked={asked} setAsked={setAsked} />
    </>
  );
}

export function HomeScreen() {
  const { t } = useTranslation();
  const { data: home, error } = useHome();
  return (
    <>
      <ScreenHeader
        title={t("home.title")}
        count={home && t("home.credentials", counted(home.figures.credentials))}
        action={<PauseControl />}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.scroll} tabIndex={0} aria-label={t("home.title")} aria-busy={!home}>
        {error && <FailureNote failure={formatError(failureOf(error))} />}
        {!home && !error && <Skeleton height="16rem" />}
        {home && <Everything home={home} />}
      </section>
    </>
  );
}
