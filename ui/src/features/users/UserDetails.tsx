// A person's details in the drawer: their roles, their means of signing in, and dates.
import { Button, Group, List } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { SideDrawer } from "../../components/dialogs/SideDrawer";
import { ExactTime, RelativeTime } from "../../components/display/Time";
import { Note } from "../../components/feedback/Note";
import { Facts, Section } from "../../components/layout/Facts";
import type { UserView } from "../../ipc";
import { UserBadge } from "./columns";

type Props = { user: UserView; mayWrite: boolean; onEdit: () => void; onShowTrail?: () => void; onClose: () => void };

export function UserDetails({ user, mayWrite, onEdit, onShowTrail, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <SideDrawer
      opened
      title={user.name}
      onClose={onClose}
      footer={
        <Group gap="xs">
          {onShowTrail && (
            <Button variant="default" onClick={onShowTrail}>
              {t("users.showTrail")}
            </Button>
          )}
          {mayWrite && (
            <Button leftSection={<IconPencil size={15} aria-hidden />} onClick={onEdit}>
              {t("users.edit")}
            </Button>
          )}
        </Group>
      }
    >
      {user.status === "invited" && (
        <Note kind="warning" title={t("users.invitedTitle")}>
          {t("users.invitedText")} {user.oneTimeUntil && <ExactTime at={user.oneTimeUntil} />}
        </Note>
      )}
      <Section title={t("users.roles")}>
        <List size="sm" spacing="xs">
          {user.roles.map((role) => (
            <List.Item key={role}>
              <b style={{ fontWeight: 550 }}>{t(`users.roleNames.${role}`)}</b> – {t(`users.roleTexts.${role}`)}
            </List.Item>
          ))}
        </List>
      </Section>
      <Section title={t("users.signIn")}>
        <Facts
          facts={[
            { name: t("users.status"), value: <UserBadge status={user.status} /> },
            { name: t("users.totp"), value: t(user.totp ? "common.yes" : "common.no") },
            { name: t("users.keyFile"), value: t(user.keyFile ? "common.yes" : "common.no") },
            {
              name: t("users.lastSignIn"),
              value: <RelativeTime at={user.lastSignInAt} never={t("common.never")} />,
            },
            { name: t("users.created"), value: <ExactTime at={user.createdAt} /> },
            { name: t("users.createdBy"), value: user.createdBy },
          ]}
        />
      </Section>
    </SideDrawer>
  );
}
