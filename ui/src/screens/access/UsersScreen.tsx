// Settings → Users: the people who may open the vault, and their roles.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { toast, toastFailure } from "../../components/feedback/toast";
import { DataTable, type RowAction } from "../../components/table";
import { useUsers } from "../../data/lists";
import { useMay } from "../../data/session";
import { useUserColumns } from "../../features/users/columns";
import { OneTimePassword } from "../../features/users/OneTimePassword";
import { UserDetails } from "../../features/users/UserDetails";
import { DisableUser, RemoveUser, ResetPassword } from "../../features/users/UserDialogs";
import { allUsers, UserFilters } from "../../features/users/UserFilters";
import { UserForm } from "../../features/users/UserForm";
import { formatError } from "../../i18n/errors";
import { call, failureOf, type OneTimePasswordView, type UserView } from "../../ipc";
import { useGo } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";

type Open =
  | { what: "details" | "edit" | "reset" | "disable" | "remove"; user: UserView }
  | { what: "create" }
  | { what: "oneTime"; made: OneTimePasswordView }
  | null;

export function UsersScreen() {
  const { t } = useTranslation();
  const go = useGo();
  const mayWrite = useMay("writeUsers");
  const mayAudit = useMay("readAudit");
  const [open, setOpen] = useState<Open>(null);
  const screen = useListScreen({
    name: "users",
    filter: allUsers,
    sorting: { by: "name", descending: false },
    asLeft: true,
    columns: useUserColumns(),
    useRows: useUsers,
  });
  const { filter, setFilter } = screen;
  const close = () => setOpen(null);
  const announce = (key: "saved" | "disabled" | "enabled" | "removed", name: string) => {
    toast(t(`users.${key}`, { name }));
    close();
  };
  const enable = (user: UserView) =>
    call("userEnable", { id: user.id })
      .then(() => announce("enabled", user.name))
      .catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));

  const actions = (user: UserView): RowAction[] => {
    const show = (what: "details" | "edit" | "reset" | "disable" | "remove") => () => setOpen({ what, user });
    const details: RowAction = { id: "details", label: t("users.details"), onSelect: show("details") };
    if (!mayWrite) return [details];
    const changing: RowAction[] = [
      { id: "edit", label: t("users.edit"), separated: true, onSelect: show("edit") },
      { id: "reset", label: t("users.reset"), onSelect: show("reset") },
    ];
    // Users cannot remove themselves, and one administrator must always remain.
    if (user.isYou || user.lastAdministrator) return [details, ...changing.filter(({ id }) => id === "edit")];
    const status: RowAction =
      user.status === "disabled"
        ? { id: "enable", label: t("users.enable"), onSelect: () => enable(user) }
        : { id: "disable", label: t("users.disable"), danger: true, onSelect: show("disable") };
    return [
      details,
      ...changing,
      { ...status, separated: true },
      { id: "remove", label: t("users.remove"), danger: true, onSelect: show("remove") },
    ];
  };

  const add = mayWrite && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setOpen({ what: "create" })}>
      {t("users.add")}
    </Button>
  );

  return (
    <>
      <ListHeader
        screen={screen}
        title={t("users.title")}
        search={{
          label: t("users.search"),
          text: filter.text,
          onText: (text) => setFilter((before) => ({ ...before, text })),
        }}
        action={add}
      >
        <UserFilters filter={filter} onChange={setFilter} />
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("users.title")}
        rowId={(user) => user.id}
        rowName={(user) => user.name}
        rowActions={actions}
        onOpen={(user) => setOpen({ what: "details", user })}
        isDimmed={(user) => user.status === "disabled"}
        empty={<EmptyState text={t("table.nothingMatches")} />}
      />
      {open?.what === "details" && (
        <UserDetails
          user={open.user}
          mayWrite={mayWrite}
          onEdit={() => setOpen({ what: "edit", user: open.user })}
          onShowTrail={mayAudit ? () => go({ screen: "audit", user: open.user }) : undefined}
          onClose={close}
        />
      )}
      {(open?.what === "create" || open?.what === "edit") && (
        <UserForm
          user={open.what === "edit" ? open.user : null}
          onSaved={({ name }) => announce("saved", name)}
          onAdded={(made) => setOpen({ what: "oneTime", made })}
          onClose={close}
        />
      )}
      {open?.what === "reset" && (
        <ResetPassword user={open.user} onReset={(made) => setOpen({ what: "oneTime", made })} onClose={close} />
      )}
      {open?.what === "oneTime" && <OneTimePassword made={open.made} onClose={close} />}
      {open?.what === "disable" && (
        <DisableUser user={open.user} onDone={() => announce("disabled", open.user.name)} onClose={close} />
      )}
      {open?.what === "remove" && (
        <RemoveUser user={open.user} onDone={() => announce("removed", open.user.name)} onClose={close} />
      )}
    </>
  );
}
