// The sidebar: the places, the signed-in user, and the lock button.
import { ActionIcon, Tooltip, UnstyledButton } from "@mantine/core";
import { IconChevronsLeft, IconChevronsRight, IconLock, IconSearch } from "@tabler/icons-react";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRequestWaiting } from "../data/records";
import { useSession } from "../data/session";
import { counted, formatNumber } from "../i18n/format";
import { type Place, type Screen, useGo } from "../screens/places";
import { AccountMenu } from "./AccountMenu";
import { Brand } from "./Brand";
import { groupsFor } from "./navigation";
import { PreferencesMenu } from "./PreferencesMenu";
import classes from "./Sidebar.module.css";

const memory = "sidebar.collapsed";

export function Sidebar({ screen, onPalette }: { screen: Screen; onPalette: () => void }) {
  const { t } = useTranslation();
  const { view, lock } = useSession();
  const go = useGo();
  const [filterTasks, setNarrow] = useState(() => localStorage.getItem(memory) === "true");
  const fold = () => {
    localStorage.setItem(memory, String(!filterTasks));
    setNarrow(!filterTasks);
  };
  const pending = useRequestWaiting(view.permitted.includes("decide")).data;
  const emergencies = pending?.emergencies.length ?? 0;
  const waiting = (pending?.waiting ?? 0) + emergencies;
  const calls = [
    ...(pending && pending.waiting > 0 ? [t("requests.waiting", counted(pending.waiting))] : []),
    ...(emergencies > 0 ? [t("requests.emergenciesUnseen", counted(emergencies))] : []),
  ].join(", ");
  const badge = useId();
  const here = useRef<HTMLDivElement>(null);
  // In a low window the entry of the current place may be outside the visible part.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each place anew
  useEffect(() => {
    here.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
  }, [screen]);
  const foldLabel = t(filterTasks ? "frame.expand" : "frame.collapse");
  const Fold = filterTasks ? IconChevronsRight : IconChevronsLeft;

  return (
    <nav className={classes.sidebar} data-filterTasks={filterTasks || undefined} aria-label={t("frame.navigation")}>
      <div className={classes.brand}>
        <Brand size={22} />
        {!filterTasks && <span className={classes.name}>Chaveiro</span>}
        <ActionIcon variant="subtle" color="gray" size="md" aria-label={foldLabel} title={foldLabel} onClick={fold}>
          <Fold size={16} aria-hidden />
        </ActionIcon>
      </div>
      <Tooltip label={t("palette.title")} position="right" disabled={!filterTasks}>
        <UnstyledButton
          className={classes.palette}
          aria-label={filterTasks ? t("palette.title") : undefined}
          onClick={onPalette}
        >
          <IconSearch size={15} aria-hidden className={classes.icon} />
          {!filterTasks && (
            <>
              <span className={classes.label}>{t("palette.title")}</span>
              <kbd className={classes.keys}>{t("palette.keys")}</kbd>
            </>
          )}
        </UnstyledButton>
      </Tooltip>
      <div className={classes.groups} ref={here}>
        {groupsFor(view.permitted).map((group) => (
          <section key={group.entries[0]?.screen} aria-label={group.label ? t(`frame.${group.label}`) : undefined}>
            <div className={classes.group}>{filterTasks || !group.label ? "" : t(`frame.${group.label}`)}</div>
            {group.entries.map(({ screen: to, label, icon: Sign }) => (
              <div key={to} className={classes.place}>
                <Tooltip label={t(`frame.${label}`)} position="right" disabled={!filterTasks}>
                  <UnstyledButton
                    className={classes.entry}
                    aria-current={screen === to ? "page" : undefined}
                    aria-label={t(`frame.${label}`)}
                    aria-describedby={to === "approvals" && waiting > 0 ? badge : undefined}
                    onClick={() => go({ screen: to } as Place)}
                  >
                    <Sign size={16} aria-hidden className={classes.icon} />
                    {!filterTasks && <span className={classes.label}>{t(`frame.${label}`)}</span>}
                  </UnstyledButton>
                </Tooltip>
                {to === "approvals" && waiting > 0 && (
                  // The badge is beside the button and not inside it, so that the button's name stays the same.
                  <span id={badge} className={classes.badge} title={calls} data-urgent={emergencies > 0 || undefined}>
                    <span aria-hidden>{formatNumber(waiting)}</span>
                    <span className={classes.spoken}>{calls}</span>
                  </span>
                )}
              </div>
            ))}
          </section>
        ))}
      </div>
      <div className={classes.foot}>
        <AccountMenu filterTasks={filterTasks} />
        <PreferencesMenu />
        <Tooltip label={`${t("frame.lock")} · ${t("frame.lockKeys")}`} position="right">
          <ActionIcon variant="subtle" color="gray" size="md" aria-label={t("frame.lock")} onClick={lock}>
            <IconLock size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
    </nav>
  );
}
