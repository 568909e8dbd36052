// The frame of an open vault: the sidebar, the current screen, the cache, the events, and the keyboard shortcuts.
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast, toastFailure } from "../components/feedback/toast";
import { useActivity } from "../data/activity";
import { makeClient } from "../data/client";
import { gatherInvalidations } from "../data/invalidation";
import { keys } from "../data/keys";
import { useSession } from "../data/session";
import { PauseDialog, RotationBanner } from "../features/rotation/PauseEverything";
import { Notices } from "../features/vault/Notices";
import { i18next } from "../i18n";
import { formatFailure } from "../i18n/errors";
import { listen, type ReconciliationEnded } from "../ipc";
import "../theme/app.css";
import { HomeScreen } from "../screens/HomeScreen";
import { firstPlace, GoContext, mayGo, type Place } from "../screens/places";
import classes from "./Frame.module.css";
import { useFirstPaint } from "./firstPaint";
import { RequestToasts } from "./RequestToasts";
import { Sidebar } from "./Sidebar";

const CredentialsScreen = lazy(() =>
  import("../screens/inventory/CredentialsScreen").then((module) => ({ default: module.CredentialsScreen })),
);
const DevicesScreen = lazy(() =>
  import("../screens/inventory/DevicesScreen").then((module) => ({ default: module.DevicesScreen })),
);
const OperationsScreen = lazy(() =>
  import("../screens/operations/OperationsScreen").then((module) => ({ default: module.OperationsScreen })),
);
const UsersScreen = lazy(() =>
  import("../screens/access/UsersScreen").then((module) => ({ default: module.UsersScreen })),
);
const ParametersScreen = lazy(() =>
  import("../screens/keeping/ParametersScreen").then((module) => ({ default: module.ParametersScreen })),
);
const VaultScreen = lazy(() =>
  import("../screens/keeping/VaultScreen").then((module) => ({ default: module.VaultScreen })),
);
const AuditScreen = lazy(() =>
  import("../screens/keeping/AuditScreen").then((module) => ({ default: module.AuditScreen })),
);
const ApprovalsScreen = lazy(() =>
  import("../screens/approvals/ApprovalsScreen").then((module) => ({ default: module.ApprovalsScreen })),
);
const BatchesScreen = lazy(() =>
  import("../screens/approvals/BatchesScreen").then((module) => ({ default: module.BatchesScreen })),
);
const ApproversScreen = lazy(() =>
  import("../screens/approvals/ApproversScreen").then((module) => ({ default: module.ApproversScreen })),
);
const AccountScreen = lazy(() =>
  import("../screens/access/AccountScreen").then((module) => ({ default: module.AccountScreen })),
);
const ChangeScreen = lazy(() =>
  import("../screens/operations/ChangeScreen").then((module) => ({ default: module.ChangeScreen })),
);

const AttemptsScreen = lazy(() =>
  import("../screens/operations/AttemptsScreen").then((module) => ({ default: module.AttemptsScreen })),
);
const PoliciesScreen = lazy(() =>
  import("../screens/policies/PoliciesScreen").then((module) => ({ default: module.PoliciesScreen })),
);
const StrengthsScreen = lazy(() =>
  import("../screens/policies/StrengthsScreen").then((module) => ({ default: module.StrengthsScreen })),
);
const ExpirationScreen = lazy(() =>
  import("../screens/inventory/ExpirationScreen").then((module) => ({ default: module.ExpirationScreen })),
);
const loadPalette = () => import("./Palette").then((module) => ({ default: module.Palette }));
const Palette = lazy(loadPalette);
const whenAtRest = 1_000;

function Screen({ place }: { place: Place }) {
  switch (place.screen) {
    case "home":
      return <HomeScreen />;
    case "credentials":
      return <CredentialsScreen place={place} />;
    case "devices":
      return <DevicesScreen place={place} />;
    case "operations":
      return <OperationsScreen place={place} />;
    case "change":
      return <ChangeScreen place={place} />;
    case "attempts":
      return <AttemptsScreen place={place} />;
    case "policies":
      return <PoliciesScreen place={place} />;
    case "strengths":
      return <StrengthsScreen place={place} />;
    case "expiration":
      return <ExpirationScreen place={place} />;
    case "approvals":
      return <ApprovalsScreen place={place} />;
    case "batches":
      return <BatchesScreen place={place} />;
    case "approvers":
      return <ApproversScreen />;
    case "users":
      return <UsersScreen />;
    case "parameters":
      return <ParametersScreen />;
    case "vault":
      return <VaultScreen place={place} />;
    case "audit":
      return <AuditScreen place={place} />;
    case "account":
      return <AccountScreen />;
  }
}

function toastReconciliation(ended: ReconciliationEnded) {
  const { t } = i18next;
  const name = t("credentials.label", { username: ended.username, device: ended.deviceName });
  if (ended.succeeded) return toast(t("reconciliation.succeeded", { name }));
  const why = formatFailure(ended.failure ?? "notProven");
  toastFailure({ message: t("reconciliation.failed", { name }), recovery: `${why.message} ${why.recovery}` });
}

export default function Frame() {
  const { t } = useTranslation();
  const { view, lock, showLocked, showSession } = useSession();
  const [client] = useState(() => makeClient(showLocked));
  const [visit, setVisit] = useState<{ place: Place; number: number }>(() => ({
    place: firstPlace(view.permitted),
    number: 0,
  }));
  const go = (place: Place) => setVisit(({ number }) => ({ place, number: number + 1 }));
  const [palette, setPalette] = useState(false);
  const [pausing, setPausing] = useState(false);
  useFirstPaint();
  useActivity();
  // A role may be removed while the user is on a screen.
  const place = mayGo(view.permitted, visit.place.screen) ? visit.place : firstPlace(view.permitted);

  useEffect(() => listen("recordsChanged", gatherInvalidations(client)), [client]);
  useEffect(
    () =>
      listen("rotationChanged", (status) => {
        client.setQueryData(keys.rotation, status);
        client.invalidateQueries({ queryKey: keys.home });
      }),
    [client],
  );
  useEffect(() => listen("reconciliationEnded", toastReconciliation), []);
  // The palette is loaded ahead, so that text typed right after its shortcut is not lost. If that fails, it is loaded
  // when it is opened.
  useEffect(() => {
    const timer = setTimeout(() => loadPalette().catch(() => {}), whenAtRest);
    return () => clearTimeout(timer);
  }, []);
  // After a lock nothing of the vault stays in the window.
  useEffect(() => () => client.clear(), [client]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "l") lock();
      else if (key === "k" && !document.querySelector('[role="dialog"]')) setPalette(true);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [lock]);

  return (
    <QueryClientProvider client={client}>
      <GoContext value={go}>
        <Notifications position="bottom-center" limit={4} zIndex={500} transitionDuration={120} />
        <RequestToasts />
        <div className={classes.frame}>
          <a href="#content" className={classes.skip}>
            {t("frame.skip")}
          </a>
          <Sidebar screen={place.screen} onPalette={() => setPalette(true)} />
          <main id="content" className={classes.content} tabIndex={-1}>
            {mayGo(view.permitted, "home") && <RotationBanner />}
            <Notices
              session={view}
              onSession={showSession}
              onMakeKit={view.permitted.includes("writeVault") ? () => go({ screen: "vault", makeKit: true }) : null}
              onBackups={mayGo(view.permitted, "vault") ? () => go({ screen: "vault", tab: "backups" }) : null}
            />
            <Suspense fallback={null}>
              <Screen key={visit.number} place={place} />
            </Suspense>
          </main>
          <Suspense fallback={null}>
            {palette && <Palette onClose={() => setPalette(false)} onPauseAll={() => setPausing(true)} />}
          </Suspense>
          {pausing && <PauseDialog onClose={() => setPausing(false)} />}
        </div>
      </GoContext>
    </QueryClientProvider>
  );
}
