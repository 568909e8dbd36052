// The palette (Ctrl/⌘ K): opens a screen, a credential, a device or an operation, or starts an action, after a few
// typed letters.
import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  type Icon,
  IconKey,
  IconLock,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlus,
  IconRefreshDot,
  IconSearch,
  IconServer2,
} from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useReturnFocus } from "../components/dialogs/returnFocus";
import { keys } from "../data/keys";
import { useRotationStatus } from "../data/records";
import { useMayChange, useMayWritePolicies, useSession } from "../data/session";
import { allCredentials } from "../features/credentials/filter";
import { allDevices } from "../features/devices/DeviceFilters";
import { allOperations } from "../features/operations/filter";
import { useResumeEverything } from "../features/rotation/PauseEverything";
import { call } from "../ipc";
import { mayGo, type Place, useGo } from "../screens/places";
import { matchesWords } from "./matching";
import { groupsFor } from "./navigation";
import classes from "./Palette.module.css";

type Choice = { id: string; text: string; kind: string; icon: Icon; act: () => void };

const found = 6;
/** The number of credentials for which the change is offered as well. */
const actedOn = 2;

function useFound(text: string, may: boolean) {
  const [asked] = useDebouncedValue(text.trim(), 150);
  const page = { cursor: null, limit: found, descending: false };
  return useQuery({
    queryKey: [...keys.credentials, "palette", asked],
    enabled: may && asked.length > 1,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const [credentials, devices] = await Promise.all([
        call("credentialList", { filter: { ...allCredentials, text: asked }, sort: "username", ...page }),
        call("deviceList", { filter: { ...allDevices, text: asked }, sort: "name", ...page }),
      ]);
      return { credentials: credentials.rows, devices: devices.rows };
    },
  });
}

function useChoices(text: string, onPauseAll: () => void): Choice[] {
  const { t } = useTranslation();
  const go = useGo();
  const { view, lock } = useSession();
  const mayChange = useMayChange();
  const mayWritePolicies = useMayWritePolicies();
  const resume = useResumeEverything();
  const { data: status } = useRotationStatus();
  const { data } = useFound(text, mayGo(view.permitted, "credentials") && mayGo(view.permitted, "devices"));
  const to = (place: Place) => () => go(place);
  const entries = groupsFor(view.permitted).flatMap((group) => group.entries);
  const places: Choice[] = entries.map(({ screen, label, icon }) => ({
    id: `go ${screen}`,
    text: t(`frame.${label}`),
    kind: t("palette.goTo"),
    icon,
    act: to({ screen } as Place),
  }));
  const doing: Choice[] = [];
  const does = (id: string, words: string, icon: Icon, act: () => void) =>
    doing.push({ id, text: words, kind: t("palette.do"), icon, act });
  if (mayChange) {
    does("add credential", t("credentials.add"), IconPlus, to({ screen: "credentials", create: "anywhere" }));
    does("add device", t("devices.add"), IconPlus, to({ screen: "devices", create: true }));
  }
  if (mayWritePolicies) {
    does("add policy", t("policies.add"), IconPlus, to({ screen: "policies", create: true }));
    if (status?.pause) does("resume", t("rotation.resumeAll"), IconPlayerPlay, () => resume.run());
    else does("pause", t("rotation.pauseAll"), IconPlayerPause, onPauseAll);
  }
  does("lock", t("frame.lock"), IconLock, lock);

  const typed = text.trim();
  if (typed === "") return [...places, ...doing];
  const code = /^#?(\d{1,9})$/.exec(typed)?.[1];
  const operation: Choice[] =
    code && mayGo(view.permitted, "operations")
      ? [
          {
            id: "operation",
            text: t("operations.detailsTitle", { code }),
            kind: t("palette.goTo"),
            icon: IconSearch,
            act: to({ screen: "operations", filter: { ...allOperations, code: Number(code) } }),
          },
        ]
      : [];
  const records: Choice[] =
    typed.length < 2
      ? []
      : [
          ...(data?.credentials ?? []).map((row) => ({
            id: row.id,
            text: t("credentials.label", { username: row.username, device: row.deviceName }),
            kind: t("palette.credential"),
            icon: IconKey,
            act: to({ screen: "credentials", open: row.id }),
          })),
          ...(mayChange ? (data?.credentials ?? []) : [])
            .filter((row) => row.notChangeable === null)
            .slice(0, actedOn)
            .map((row) => ({
              id: `change ${row.id}`,
              text: t("credentials.label", { username: row.username, device: row.deviceName }),
              kind: t("credentials.requestChange"),
              icon: IconRefreshDot,
              act: to({ screen: "change", preselected: row.id }),
            })),
          ...(data?.devices ?? []).map((row) => ({
            id: row.id,
            text: row.name,
            kind: t("palette.device"),
            icon: IconServer2,
            act: to({ screen: "devices", open: row.id }),
          })),
        ];
  return [...operation, ...[...places, ...doing].filter((choice) => matchesWords(choice.text, typed)), ...records];
}

type Props = { onClose: () => void; onPauseAll: () => void };

export function Palette({ onClose, onPauseAll }: Props) {
  useReturnFocus();
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const choices = useChoices(text, onPauseAll);
  const at = Math.min(active, Math.max(0, choices.length - 1));
  const take = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    choice.act();
  };
  const move = (by: number) => {
    const next = (at + by + choices.length) % Math.max(1, choices.length);
    setActive(next);
    document.getElementById(`palette-${next}`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="12vh"
      size="34rem"
      padding={0}
      attributes={{ content: { "aria-label": t("palette.title") } }}
    >
      <TextInput
        role="combobox"
        aria-label={t("palette.title")}
        aria-expanded="true"
        aria-controls="palette-choices"
        aria-activedescendant={choices.length > 0 ? `palette-${at}` : undefined}
        placeholder={t("palette.placeholder")}
        value={text}
        data-autofocus
        variant="unstyled"
        className={classes.field}
        leftSection={<IconSearch size={16} aria-hidden />}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") move(1);
          else if (event.key === "ArrowUp") move(-1);
          else if (event.key === "Enter") take(choices[at]);
          else return;
          event.preventDefault();
        }}
      />
      <div id="palette-choices" role="listbox" aria-label={t("palette.title")} className={classes.choices}>
        {choices.map((choice, index) => {
          const Sign = choice.icon;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above answers the keys for the active choice
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active choice
            <div
              key={choice.id}
              id={`palette-${index}`}
              role="option"
              aria-selected={index === at}
              className={classes.choice}
              onMouseMove={() => setActive(index)}
              onClick={() => take(choice)}
            >
              <Sign size={16} aria-hidden />
              <span className={classes.text}>{choice.text}</span>
              <span className={classes.kind}>{choice.kind}</span>
            </div>
          );
        })}
      </div>
      {choices.length === 0 && <p className={classes.none}>{t("palette.nothing")}</p>}
    </Modal>
  );
}
