// The screen before a vault is open: unlock one, open another, or create one. It is kept small, because the start waits
// for it. The rarer screens (a forgotten password, a damaged vault, a locked window) are loaded when they are needed.
import { Anchor } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Preferences } from "../../data/session";
import { UnlockVault } from "../../features/session/UnlockVault";
import type { RecentVaultView, SessionView, StartView } from "../../ipc";
import { StartLayout } from "./StartLayout";
import classes from "./StartScreen.module.css";

const CreateVault = lazy(() =>
  import("../../features/session/CreateVault").then((module) => ({ default: module.CreateVault })),
);
const LockedVault = lazy(() =>
  import("../../features/session/LockedVault").then((module) => ({ default: module.LockedVault })),
);
const RecoverVault = lazy(() => import("./lazyStartScreens").then((module) => ({ default: module.RecoverVault })));
const DamagedVault = lazy(() => import("./lazyStartScreens").then((module) => ({ default: module.DamagedVault })));

type Props = {
  start: StartView;
  preferences: Preferences;
  /** True at a locked window if another person wants to sign in. */
  asAnotherUser: boolean;
  onPreferences: (preferences: Preferences) => void;
  onOpened: (session: SessionView) => void;
  onCreated: (session: SessionView) => void;
  onForgotten: (path: string) => void;
  onRestored: (vault: RecentVaultView) => void;
};

type Way =
  | { to: "recent" | "elsewhere" | "create"; chosen?: string }
  | { to: "recover" | "damaged"; path: string }
  | { to: "locked" };

export function StartScreen(props: Props) {
  const { start, preferences, asAnotherUser, onPreferences, onOpened, onCreated, onForgotten, onRestored } = props;
  const { t } = useTranslation();
  const known = start.recentVaults.length > 0;
  const home: Way = start.locked ? { to: "locked" } : { to: known ? "recent" : "create" };
  const [gone, setView] = useState<Way | null>(null);
  const view = gone === null || (gone.to === "recent" && !known) ? home : gone;
  const leave = () => setView(null);
  const recover = (path: string) => setView({ to: "recover", path });
  const damaged = (path: string) => setView({ to: "damaged", path });

  const shown = () => {
    switch (view.to) {
      case "locked":
        return (
          start.locked && (
            <LockedVault
              locked={start.locked}
              asAnotherUser={asAnotherUser}
              onOpened={onOpened}
              onPasswordForgotten={recover}
              onDamaged={damaged}
            />
          )
        );
      case "create":
        return <CreateVault suggestedFolder={start.suggestedFolder} onOpened={onCreated} />;
      case "recover":
        return <RecoverVault path={view.path} onOpened={onOpened} onLeave={leave} />;
      case "damaged":
        return (
          <DamagedVault
            path={view.path}
            onLeave={leave}
            onRestored={(vault) => {
              onRestored(vault);
              setView({ to: "recent", chosen: vault.path });
            }}
          />
        );
      default:
        return (
          <UnlockVault
            key={view.to}
            recent={start.recentVaults}
            desktopKeys={start.desktopKeys}
            elsewhere={view.to === "elsewhere"}
            chosen={view.chosen}
            onOpened={onOpened}
            onForgotten={onForgotten}
            onPasswordForgotten={recover}
            onDamaged={damaged}
          />
        );
    }
  };
  const ways: { to: "recent" | "elsewhere" | "create"; label: string }[] = [
    ...(known ? [{ to: "recent" as const, label: t("start.recent") }] : []),
    { to: "elsewhere", label: t("start.openExisting") },
    { to: "create", label: t("start.createNew") },
  ];
  const offers = view.to === "recent" || view.to === "elsewhere" || view.to === "create";

  return (
    <StartLayout version={start.version} preferences={preferences} onPreferences={onPreferences}>
      <Suspense fallback={null}>{shown()}</Suspense>
      {offers && (
        <div className={classes.ways}>
          {ways
            .filter((other) => other.to !== view.to)
            .map(({ to, label }) => (
              <Anchor key={to} component="button" type="button" size="sm" onClick={() => setView({ to })}>
                {label}
              </Anchor>
            ))}
        </div>
      )}
    </StartLayout>
  );
}
