// The menu of the signed-in user at the foot of the sidebar: own account, switch user, sign out.
import { ActionIcon, Menu, Modal, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconLogout, IconUser, IconUserCircle, IconUsersGroup } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../components/dialogs/ConfirmDialog";
import { useCommand } from "../data/command";
import { useSession } from "../data/session";
import { useWaitingFor } from "../data/waiting";
import { WaitingFor } from "../features/session/WaitingFor";
import { useGo } from "../screens/places";
import classes from "./Sidebar.module.css";

export function AccountMenu({ filterTasks }: { filterTasks: boolean }) {
  const { t } = useTranslation();
  const { view, switchUser } = useSession();
  const go = useGo();
  const [leaving, setLeaving] = useState(false);
  const label = t("frame.accountMenu", { user: view.userName });
  return (
    <>
      <Menu position="top-start">
        <Menu.Target>
          {filterTasks ? (
            <ActionIcon variant="subtle" color="gray" size="md" aria-label={label} title={label}>
              <IconUserCircle size={17} aria-hidden />
            </ActionIcon>
          ) : (
            <UnstyledButton className={classes.who} title={view.vaultPath}>
              <VisuallyHidden>{t("frame.accountWord")}: </VisuallyHidden>
              <span className={classes.user}>{view.userName}</span>
              <span className={classes.vault}>{view.vaultName}</span>
            </UnstyledButton>
          )}
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            data-autofocus
            leftSection={<IconUser size={15} aria-hidden />}
            onClick={() => go({ screen: "account" })}
          >
            {t("frame.account")}
          </Menu.Item>
          <Menu.Item leftSection={<IconUsersGroup size={15} aria-hidden />} onClick={switchUser}>
            {t("frame.switchUser")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={15} aria-hidden />} onClick={() => setLeaving(true)}>
            {t("session.signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {leaving && <SignOut onClose={() => setLeaving(false)} />}
    </>
  );
}

/** Asks before signing out, because password changes stop, and shows the operations for which it waits. */
function SignOut({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { showLocked } = useSession();
  const leave = useCommand("sessionSignOut", showLocked);
  const waiting = useWaitingFor();
  if (leave.busy && waiting.length > 0)
    return (
      <Modal opened onClose={() => {}} withCloseButton={false} title={t("session.signingOut")} size="28rem">
        <WaitingFor waiting={waiting} />
      </Modal>
    );
  return (
    <ConfirmDialog
      opened
      title={t("session.signOutTitle")}
      text={t("session.signOutText")}
      confirm={t("session.signOut")}
      busy={leave.busy}
      failure={leave.failure}
      onConfirm={() => leave.run()}
      onClose={onClose}
    />
  );
}
