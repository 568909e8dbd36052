// The form of a new or edited person: a name and the roles, each with an explanation.
import { Checkbox, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Fields, FormDrawer } from "../../components/dialogs/FormDrawer";
import { Note } from "../../components/feedback/Note";
import { useSubmit } from "../../data/submit";
import { call, type OneTimePasswordView, type Role, roles, type UserView } from "../../ipc";

type Props = {
  user: UserView | null;
  onSaved: (user: UserView) => void;
  onAdded: (added: OneTimePasswordView) => void;
  onClose: () => void;
};
type Values = { name: string; roles: Role[] };

/** Tells whether these roles hold the key to passwords, so that removing them re-keys the vault. */
const holdsSecrets = (roles: Role[]) => roles.includes("administrator") || roles.includes("operator");

export function UserForm({ user, onSaved, onAdded, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm<Values>({
    initialValues: { name: user?.name ?? "", roles: user?.roles ?? ["operator"] },
    clearInputErrorOnChange: true,
  });
  const { submit, saving, failure } = useSubmit<Values, () => void>({
    form,
    send: async (values) => {
      if (!user) {
        const added = await call("userAdd", values);
        return () => onAdded(added);
      }
      const saved = await call("userSave", { id: user.id, ...values });
      return () => onSaved(saved);
    },
    done: (notify) => notify(),
  });
  const { roles: chosen } = form.values;
  return (
    <FormDrawer
      opened
      title={user ? t("users.editTitle", { name: user.name }) : t("users.newTitle")}
      submit={t(user ? "common.save" : "users.add")}
      dirty={form.isDirty()}
      saving={saving}
      failure={failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <Fields>
        <TextInput
          label={t("users.name")}
          description={t("users.nameHint")}
          withAsterisk
          maxLength={80}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <Checkbox.Group
          label={t("users.roles")}
          value={chosen}
          error={form.errors.roles}
          onChange={(value) => form.setFieldValue("roles", value as Role[])}
        >
          <Stack gap="sm" mt="xs">
            {roles.map((role) => (
              <Checkbox
                key={role}
                value={role}
                label={t(`users.roleNames.${role}`)}
                description={t(`users.roleTexts.${role}`)}
                disabled={role === "administrator" && user?.lastAdministrator}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        {user?.lastAdministrator && <Note kind="plain">{t("users.lastAdministrator")}</Note>}
        {chosen.includes("approver") && holdsSecrets(chosen) && <Note kind="plain">{t("users.notTheirOwn")}</Note>}
        {user && holdsSecrets(user.roles) && !holdsSecrets(chosen) && (
          <Note kind="warning" title={t("users.rekeyTitle")}>
            {t("users.rekeyText")}
          </Note>
        )}
        {!user && <Note kind="plain">{t("users.oneTimeAhead")}</Note>}
      </Fields>
    </FormDrawer>
  );
}
