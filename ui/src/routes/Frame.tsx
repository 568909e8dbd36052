// The program once a vault is open: sidebar and the current screen, its cache, its events, its keys.
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useActivity } from "../data/activity";
import { makeClient } from "../data/client";
import { gatherInvalidations } from "../data/invalidation";
import { useSession } from "../data/session";
import { Notices } from "../features/vault/Notices";
import { listen } from "../ipc";
import "../theme/app.css";
import { CredentialsScreen } from "./CredentialsScreen";
import classes from "./Frame.module.css";
import { useFirstPaint } from "./firstPaint";
import { firstPlace, GoContext, mayGo, type Place } from "./places";
import { RequestNews } from "./RequestNews";
import { Sidebar } from "./Sidebar";

const DevicesScreen = lazy(() => import("./DevicesScreen").then((module) => ({ default: module.DevicesScreen })));
const OperationsScreen = lazy(() =>
  import("./OperationsScreen").then((module) => ({ default: module.OperationsScreen })),
);
const UsersScreen = lazy(() => import("./UsersScreen").then((module) => ({ default: module.UsersScreen })));
const ParametersScreen = lazy(() =>
  import("./ParametersScreen").then((module) => ({ default: module.ParametersScreen })),
);
const VaultScreen = lazy(() => import("./VaultScreen").then((module) => ({ default: module.VaultScreen })));
const AuditScreen = lazy(() => import("./AuditScreen").then((module) => ({ default: module.AuditScreen })));
const ApprovalsScreen = lazy(() => import("./ApprovalsScreen").then((module) => ({ default: module.ApprovalsScreen })));
const BatchesScreen = lazy(() => import("./BatchesScreen").then((module) => ({ default: module.BatchesScreen })));
const ApproversScreen = lazy(() => import("./ApproversScreen").then((module) => ({ default: module.ApproversScreen })));
const AccountScreen = lazy(() => import("./AccountScreen").then((module) => ({ default: module.AccountScreen })));
const ChangeScreen = lazy(() => import("./ChangeScreen").then((module) => ({ default: module.ChangeScreen })));

function Screen({ place }: { place: Place }) {
  switch (place.screen) {
    case "credentials":
      return <CredentialsScreen place={place} />;
    case "devices":
      return <DevicesScreen place={place} />;
    case "operations":
      return <OperationsScreen place={place} />;
    case "change":
      return <ChangeScreen place={place} />;
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

export default function Frame() {
  const { t } = useTranslation();
  const { view, lock, showLocked, showSession } = useSession();
  const [client] = useState(() => makeClient(showLocked));
  const [visit, setVisit] = useState<{ place: Place; number: number }>(() => ({
    place: firstPlace(view.permitted),
    number: 0,
  }));
  const go = (place: Place) => setVisit(({ number }) => ({ place, number: number + 1 }));
  useFirstPaint();
  useActivity();
  // A role may be taken away while somebody looks.
  const place = mayGo(view.permitted, visit.place.screen) ? visit.place : firstPlace(view.permitted);

  useEffect(() => listen("recordsChanged", gatherInvalidations(client)), [client]);
  // Locked, nothing of the vault stays in the window.
  useEffect(() => () => client.clear(), [client]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "l" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      lock();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [lock]);

  return (
    <QueryClientProvider client={client}>
      <GoContext value={go}>
        <Notifications position="bottom-center" limit={4} zIndex={500} transitionDuration={120} />
        <RequestNews />
        <div className={classes.frame}>
          <a href="#content" className={classes.skip}>
            {t("frame.skip")}
          </a>
          <Sidebar screen={place.screen} />
          <main id="content" className={classes.content} tabIndex={-1}>
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
        </div>
      </GoContext>
    </QueryClientProvider>
  );
}
