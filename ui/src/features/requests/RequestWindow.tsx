// A request over the whole window: at the left the requester, the reason, the progress and the decisions; at the right
// every old and new value.
import { Button, Skeleton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FullScreen } from "../../components/dialogs/FullScreen";
import { useSeconds } from "../../components/display/clock";
import { ExactTime, RelativeTime } from "../../components/display/Time";
import { FailureNote, Note } from "../../components/feedback/Note";
import { toast, toastFailure } from "../../components/feedback/toast";
import { Facts, Section } from "../../components/layout/Facts";
import { useCommand } from "../../data/command";
import { useRequestTasks } from "../../data/lists";
import { useRequest } from "../../data/records";
import { useMay } from "../../data/session";
import { formatError } from "../../i18n/errors";
import { counted, formatElapsed, formatNumber } from "../../i18n/format";
import { failureOf, type RequestAction, type RequestView } from "../../ipc";
import { RequestBadge } from "./badges";
import { type ChangeFilter, ChangeList } from "./ChangeList";
import { Conflicts } from "./Conflicts";
import { Validity } from "./columns";
import { Decisions } from "./Decisions";
import { ApplyInEmergency, CancelRequest, Decide } from "./RequestDialogs";
import classes from "./requests.module.css";

type Props = { id: string; onShow: (id: string) => void; onClose: () => void };

/** Shows the remaining time; the last hour is counted down by the second. */
function Countdown({ request }: { request: RequestView }) {
  const now = useSeconds();
  const left = Date.parse(request.row.validUntil) - now;
  return left > 0 && left < 3_600_000 ? <span>{formatElapsed(left)}</span> : <Validity row={request.row} />;
}

function RequestFacts({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const { row, levels, emergency } = request;
  return (
    <div className={classes.facts}>
      <Section title={t("requests.about")}>
        <Facts
          facts={[
            { name: t("requests.state"), value: <RequestBadge row={row} /> },
            { name: t("requests.requester"), value: row.requester },
            { name: t("requests.reason"), value: row.reason },
            { name: t("requests.requested"), value: <RelativeTime at={row.requestedAt} /> },
            {
              name: t("requests.validity"),
              value: row.state === "awaitingApproval" && <Countdown request={request} />,
            },
            { name: t("requests.ended"), value: row.endedAt && <ExactTime at={row.endedAt} /> },
            {
              name: t("requests.calledOff"),
              value: request.canceledOperations > 0 && formatNumber(request.canceledOperations),
            },
          ]}
        />
      </Section>
      {emergency && (
        <Section title={t("requests.emergencyApplied")}>
          <Facts
            facts={[
              { name: t("requests.by"), value: emergency.by },
              { name: t("requests.justification"), value: emergency.justification },
              { name: t("requests.at"), value: <ExactTime at={emergency.at} /> },
            ]}
          />
        </Section>
      )}
      <Section title={t("requests.decisions")}>
        <Facts
          facts={levels.map(({ level, needed, approvals, open }) => ({
            name: t("requests.level", { level }),
            value: (
              <>
                {t("requests.ofNeeded", { done: formatNumber(approvals), needed: formatNumber(needed) })}
                {open && row.state === "awaitingApproval" && (
                  <span className={classes.muted}> · {t("requests.turnNow")}</span>
                )}
              </>
            ),
          }))}
        />
        <Decisions decisions={request.decisions} />
      </Section>
    </div>
  );
}

/** Shows the notes that must be read before a decision. */
function Notes({ request, moved, onRepeat }: { request: RequestView; moved: boolean; onRepeat: (() => void) | null }) {
  const { t } = useTranslation();
  const { row, integrity, notMine, conflicts } = request;
  return (
    <div className={classes.notes}>
      {integrity !== "sound" && (
        <Note kind="error" title={t(`requests.integrity.${integrity}`)}>
          {t("requests.integrityTry")}
        </Note>
      )}
      {integrity === "sound" && !request.outcomeHolds && (
        <Note kind="error" title={t("requests.forgedOutcome")}>
          {t("requests.forgedOutcomeTry")}
        </Note>
      )}
      {row.emergency && (
        <Note kind="error" title={t("requests.emergencyTold")}>
          {row.actions.includes("acknowledgeEmergency") && t("requests.emergencyUnseen")}
        </Note>
      )}
      {moved && <Note kind="warning" title={t("requests.movedOn", { state: t(`requests.states.${row.state}`) })} />}
      {row.state === "conflict" && <Conflicts conflicts={conflicts} onRepeat={onRepeat} />}
      {notMine && row.state === "awaitingApproval" && <Note kind="plain" title={t(`requests.notMine.${notMine}`)} />}
    </div>
  );
}

export function RequestWindow({ id, onShow, onClose }: Props) {
  const { t } = useTranslation();
  const { data: request, error } = useRequest(id);
  const [changeFilter, setChangeFilter] = useState<ChangeFilter>({ text: null, group: null });
  const [asked, setAsked] = useState<RequestAction | null>(null);
  const tasks = useRequestTasks({ id, ...changeFilter });
  const now = useSeconds();
  const repeat = useCommand("requestRepeat", (made) => {
    toast(t("requests.repeated", { code: made.row.code }));
    onShow(made.row.id);
  });
  const know = useCommand("requestAcknowledgeEmergency", () => toast(t("requests.emergencyKnown")));
  const acknowledge = () => know.start({ id }).catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));
  const write = useCommand("requestExportTasks", (path) => {
    if (path !== null) toast(t("requests.exported", { path }));
  });
  const mayExport = useMay("exportReports");
  const writeAll = () => write.start({ id }).catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));
  // The state when the request was opened, or after the user's last action here.
  const known = useRef<string | null>(null);
  const status = request ? `${request.row.state} ${request.decisions.length}` : null;
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    if (status === null) return;
    if (known.current === null) known.current = status;
    setMoved(known.current !== status);
  }, [status]);

  const done = (key: "approved" | "rejected" | "canceled" | "appliedInEmergency") => (after: RequestView) => {
    known.current = `${after.row.state} ${after.decisions.length}`;
    setMoved(false);
    setAsked(null);
    toast(t(`requests.did.${key}`, { code: after.row.code, state: t(`requests.states.${after.row.state}`) }));
  };
  const again = () =>
    request &&
    repeat
      .start({ id, reason: request.row.reason })
      .catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));

  const row = request?.row;
  const over = row?.state === "awaitingApproval" && Date.parse(row.validUntil) <= now;
  const may = (doing: RequestAction) => row?.actions.includes(doing) && request?.integrity === "sound" && !over;
  const name = row
    ? t("requests.title", {
        code: row.code,
        action: t(`requests.actions.${row.action}`),
        ...counted(row.tasks),
      })
    : t("requests.request");
  const ask = (doing: RequestAction, emphasis: "default" | "danger" | "filled") =>
    may(doing) && (
      <Button
        variant={emphasis === "default" ? "default" : "filled"}
        color={emphasis === "danger" ? "red.9" : undefined}
        onClick={() => setAsked(doing)}
      >
        {t(`requests.doings.${doing}`)}
      </Button>
    );

  return (
    <>
      <FullScreen
        title={name}
        wideAside
        onClose={onClose}
        closeOnEscape={asked === null}
        note={over ? t("requests.overText") : undefined}
        aside={request ? <RequestFacts request={request} /> : <Skeleton h={240} m="md" />}
        footer={
          <>
            <Button variant="default" onClick={onClose}>
              {t("common.close")}
            </Button>
            {mayExport && request && request.row.tasks > 0 && (
              <Button variant="default" loading={write.busy} onClick={writeAll}>
                {t("requests.export")}
              </Button>
            )}
            {ask("cancel", "default")}
            {row?.actions.includes("repeat") && (
              <Button variant="default" loading={repeat.busy} onClick={again}>
                {t("requests.repeat")}
              </Button>
            )}
            {row?.actions.includes("acknowledgeEmergency") && (
              <Button loading={know.busy} onClick={acknowledge}>
                {t("requests.doings.acknowledgeEmergency")}
              </Button>
            )}
            {ask("applyInEmergency", "danger")}
            {ask("reject", "default")}
            {ask("approve", "filled")}
          </>
        }
      >
        {error && (
          <div className={classes.notes}>
            <FailureNote failure={formatError(failureOf(error))} />
          </div>
        )}
        {request && <Notes request={request} moved={moved} onRepeat={row?.actions.includes("repeat") ? again : null} />}
        <ChangeList
          label={t("requests.changes")}
          list={tasks}
          groups={tasks.first?.groups ?? []}
          changeFilter={changeFilter}
          onFilter={setChangeFilter}
          empty={t(row?.action === "emergency" ? "requests.emergencyRequest" : "requests.noTasks")}
        />
      </FullScreen>
      {request && (asked === "approve" || asked === "reject") && (
        <Decide
          request={request}
          verdict={asked === "approve" ? "approved" : "rejected"}
          onDone={done(asked === "approve" ? "approved" : "rejected")}
          onClose={() => setAsked(null)}
        />
      )}
      {request && asked === "cancel" && (
        <CancelRequest request={request} onDone={done("canceled")} onClose={() => setAsked(null)} />
      )}
      {request && asked === "applyInEmergency" && (
        <ApplyInEmergency request={request} onDone={done("appliedInEmergency")} onClose={() => setAsked(null)} />
      )}
    </>
  );
}
