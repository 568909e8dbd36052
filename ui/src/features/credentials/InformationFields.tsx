// First tab of the credential form: its identity, and its secrets, which can be entered but not read here.
import { PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Fields, Pair } from "../../components/dialogs/FormDrawer";
import { TagInput } from "../../components/fields/TagInput";
import { credentialStatuses, passwordTypes } from "../../ipc";
import { DevicePicker } from "./pickers";
import type { CredentialValues } from "./values";

type Props = {
  form: UseFormReturnType<CredentialValues>;
  deviceLabel: string | null;
  hasPassword: boolean;
  hasPrivateKey: boolean;
};

export function InformationFields({ form, deviceLabel, hasPassword, hasPrivateKey }: Props) {
  const { t } = useTranslation();
  return (
    <Fields>
      <Pair>
        <TextInput
          label={t("credentials.username")}
          withAsterisk
          data-autofocus
          spellCheck={false}
          {...form.getInputProps("username")}
        />
        <DevicePicker
          value={form.values.deviceId || null}
          valueLabel={deviceLabel}
          error={form.errors.deviceId}
          onChange={(id) => {
            form.setFieldValue("deviceId", id ?? "");
            // An access credential must be on the same device.
            form.setFieldValue("execution.accessCredentialId", null);
            form.setFieldValue("execution.accessCredentialLabel", null);
          }}
        />
      </Pair>
      <Pair>
        <Select
          label={t("credentials.type")}
          data={passwordTypes.map((value) => ({ value, label: t(`credentials.types.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("passwordType")}
        />
        <TextInput label={t("credentials.domain")} {...form.getInputProps("domain")} />
      </Pair>
      <PasswordInput
        label={t("credentials.password")}
        placeholder={hasPassword ? t("credentials.storedKeep") : undefined}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("credentials.reveal") }}
        {...form.getInputProps("password")}
      />
      <Textarea
        label={t("credentials.privateKey")}
        description={t("credentials.privateKeyHint")}
        placeholder={hasPrivateKey ? t("credentials.storedKeep") : undefined}
        autosize
        minRows={2}
        maxRows={6}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        {...form.getInputProps("privateKey")}
      />
      <Pair>
        <Select
          label={t("credentials.status")}
          data={credentialStatuses.map((value) => ({ value, label: t(`credentials.statuses.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("status")}
        />
        <TagInput label={t("credentials.tags")} {...form.getInputProps("tags")} value={form.values.tags} />
      </Pair>
      <Textarea
        label={t("credentials.additional")}
        autosize
        minRows={2}
        maxRows={6}
        {...form.getInputProps("additionalInformation")}
      />
    </Fields>
  );
}
