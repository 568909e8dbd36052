// Third tab of the credential form: its parent, the credentials with which it never runs at the same time, and its
// reconciliation.
import { SegmentedControl, Select, Switch, Text, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Fields, Legend, Pair } from "../../components/dialogs/FormDrawer";
import { usePlugins, useTemplates, useUsualPlugin } from "../../data/records";
import type { ChildPassword } from "../../ipc";
import { templatesFor } from "./ExecutionFields";
import { CredentialPicker } from "./pickers";
import type { CredentialValues } from "./values";

type Form = UseFormReturnType<CredentialValues>;
type Execution = CredentialValues["execution"];

function useSet(form: Form) {
  return (fields: Partial<Execution>) => {
    form.setFieldValue("execution", { ...form.values.execution, ...fields });
    for (const name of Object.keys(fields)) form.clearFieldError(`execution.${name}`);
  };
}

function ReconciliationFields({ form }: { form: Form }) {
  const { t } = useTranslation();
  const { data: plugins = [] } = usePlugins();
  const { data: templates = [] } = useTemplates();
  const usual = useUsualPlugin(form.values.deviceId);
  const set = useSet(form);
  const { reconciliation } = form.values.execution;
  const fitting = templatesFor(templates, reconciliation.pluginId, false);
  const change = (fields: Partial<Execution["reconciliation"]>) => {
    const next = { ...reconciliation, ...fields };
    const choice = templatesFor(templates, next.pluginId, false);
    const kept = choice.some((each) => each.id === next.templateId);
    const only = choice.length === 1 ? (choice[0]?.id ?? null) : null;
    set({ reconciliation: { ...next, templateId: kept ? next.templateId : only } });
    for (const name of [...Object.keys(fields), "templateId"]) form.clearFieldError(`execution.reconciliation.${name}`);
  };
  const errorOf = (name: keyof Execution["reconciliation"]) => form.errors[`execution.reconciliation.${name}`];
  return (
    <>
      <Switch
        label={t("reconciliation.enabled")}
        description={t("reconciliation.enabledHint")}
        checked={reconciliation.enabled}
        error={errorOf("enabled")}
        onChange={(event) => {
          const enabled = event.currentTarget.checked;
          const pluginId = reconciliation.pluginId ?? (enabled ? usual : null);
          change({ enabled, pluginId });
        }}
      />
      {reconciliation.enabled && (
        <>
          <CredentialPicker
            label={t("reconciliation.credential")}
            description={t("reconciliation.credentialHint")}
            except={form.values.id}
            value={reconciliation.credentialId}
            valueLabel={reconciliation.credentialLabel}
            error={errorOf("credentialId")}
            onChange={(credentialId, credentialLabel) => change({ credentialId, credentialLabel })}
          />
          <Pair>
            <Select
              label={t("reconciliation.plugin")}
              data={plugins.map((each) => ({ value: each.id, label: each.name }))}
              value={reconciliation.pluginId}
              error={errorOf("pluginId")}
              onChange={(pluginId) => change({ pluginId })}
            />
            <Select
              label={t("reconciliation.template")}
              data={fitting.map((each) => ({
                value: each.id,
                label: t("credentials.templateVersion", { name: each.name, version: each.version }),
              }))}
              value={reconciliation.templateId}
              error={errorOf("templateId")}
              disabled={reconciliation.pluginId === null}
              onChange={(templateId) => change({ templateId })}
            />
          </Pair>
          <Switch
            label={t("reconciliation.autorun")}
            description={t("reconciliation.autorunHint")}
            checked={reconciliation.autorun}
            onChange={(event) => change({ autorun: event.currentTarget.checked })}
          />
        </>
      )}
    </>
  );
}

export function ChainFields({ form }: { form: Form }) {
  const { t } = useTranslation();
  const set = useSet(form);
  const { execution } = form.values;
  return (
    <Fields>
      <Legend>{t("chain.legend")}</Legend>
      <CredentialPicker
        label={t("chain.parent")}
        description={t("chain.parentHint")}
        except={form.values.id}
        value={execution.parentCredentialId}
        valueLabel={execution.parentCredentialLabel}
        error={form.errors["execution.parentCredentialId"]}
        onChange={(parentCredentialId, parentCredentialLabel) => set({ parentCredentialId, parentCredentialLabel })}
      />
      {execution.parentCredentialId && (
        <div>
          <SegmentedControl
            fullWidth
            aria-label={t("chain.mode")}
            value={execution.childPassword}
            onChange={(value) => set({ childPassword: value as ChildPassword })}
            data={[
              { value: "same", label: t("chain.modes.same") },
              { value: "own", label: t("chain.modes.own") },
            ]}
          />
          <Text size="xs" c="dimmed" mt={4}>
            {t(`chain.modeHints.${execution.childPassword}`)}
          </Text>
        </div>
      )}
      <TextInput
        label={t("chain.group")}
        description={t("chain.groupHint")}
        value={execution.exclusionGroup}
        error={form.errors["execution.exclusionGroup"]}
        onChange={(event) => set({ exclusionGroup: event.currentTarget.value })}
      />
      <Legend>{t("reconciliation.legend")}</Legend>
      <ReconciliationFields form={form} />
    </Fields>
  );
}
