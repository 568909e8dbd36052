// The time zone of every policy's hours. It belongs to the vault and does not depend on the machine.
import { Button, Group, Select } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { toast } from "../../components/feedback/toast";
import { keys } from "../../data/keys";
import { useMayWritePolicies } from "../../data/session";
import { useSubmit } from "../../data/submit";
import { call } from "../../ipc";

function ChangeTimeZone({ timeZone, onClose }: { timeZone: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm({ initialValues: { timeZone }, clearInputErrorOnChange: true });
  const { submit, saving, failure } = useSubmit({
    form,
    send: (values) => call("rotationSetTimeZone", values),
    done: (status) => {
      client.setQueryData(keys.rotation, status);
      toast(t("policies.timeZoneSaved", { zone: status.timeZone }));
      onClose();
    },
  });
  // The engine's list may lack the present zone (UTC, older names).
  const zones = [...new Set([timeZone, "UTC", ...Intl.supportedValuesOf("timeZone")])];
  return (
    <FormDialog
      title={t("policies.timeZoneTitle")}
      text={t("policies.timeZoneText")}
      submit={t("common.save")}
      busy={saving}
      failure={failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <Select
        label={t("policies.timeZoneName")}
        data={zones}
        searchable
        limit={60}
        allowDeselect={false}
        nothingFoundMessage={t("credentials.nothingFound")}
        {...form.getInputProps("timeZone")}
      />
    </FormDialog>
  );
}

export function TimeZone({ timeZone }: { timeZone: string }) {
  const { t } = useTranslation();
  const mayWritePolicies = useMayWritePolicies();
  const [changing, setChanging] = useState(false);
  return (
    <Group gap="xs">
      {timeZone}
      {mayWritePolicies && (
        <Button variant="subtle" size="compact-xs" onClick={() => setChanging(true)}>
          {t("policies.timeZoneChange")}
        </Button>
      )}
      {changing && <ChangeTimeZone timeZone={timeZone} onClose={() => setChanging(false)} />}
    </Group>
  );
}
