// Second tab of the credential form: the automatic change of its password on the device.
import { Select, Switch } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Fields, Pair } from "../../components/dialogs/FormDrawer";
import { usePlugins, useTemplates, useUsualPlugin } from "../../data/records";
import type { TemplateView } from "../../ipc";
import { AccessPicker } from "./pickers";
import type { CredentialValues } from "./values";

export function templatesFor(templates: TemplateView[], pluginId: string | null, own: boolean): TemplateView[] {
  return templates.filter((each) => each.pluginId === pluginId && each.connects === (own ? "own" : "access"));
}

export function ExecutionFields({ form }: { form: UseFormReturnType<CredentialValues> }) {
  const { t } = useTranslation();
  const { data: plugins = [] } = usePlugins();
  const { data: templates = [] } = useTemplates();
  const usual = useUsualPlugin(form.values.deviceId);
  const { execution } = form.values;
  const fitting = templatesFor(templates, execution.pluginId, execution.connectWithOwn);

  /** Removes a template that no longer fits, and selects the only one that fits. */
  const set = (fields: Partial<CredentialValues["execution"]>) => {
    const next = { ...execution, ...fields };
    const choice = templatesFor(templates, next.pluginId, next.connectWithOwn);
    const kept = choice.some((each) => each.id === next.templateId);
    const only = choice.length === 1 ? (choice[0]?.id ?? null) : null;
    form.setFieldValue("execution", { ...next, templateId: kept ? next.templateId : only });
    for (const name of Object.keys(fields)) form.clearFieldError(`execution.${name}`);
    form.clearFieldError("execution.templateId");
  };

  return (
    <Fields>
      <Switch
        label={t("credentials.automaticSwitch")}
        description={t("credentials.automaticHint")}
        checked={execution.automaticChange}
        error={form.errors["execution.automaticChange"]}
        onChange={(event) => {
          const automaticChange = event.currentTarget.checked;
          const pluginId = execution.pluginId ?? (automaticChange ? usual : null);
          set({ automaticChange, pluginId });
        }}
      />
      <Switch
        label={t("credentials.connectOwn")}
        description={t("credentials.connectOwnHint")}
        checked={execution.connectWithOwn}
        error={form.errors["execution.connectWithOwn"]}
        onChange={(event) => {
          const connectWithOwn = event.currentTarget.checked;
          const access = connectWithOwn ? { accessCredentialId: null, accessCredentialLabel: null } : {};
          set({ connectWithOwn, ...access });
        }}
      />
      {!execution.connectWithOwn && (
        <AccessPicker
          deviceId={form.values.deviceId}
          except={form.values.id}
          value={execution.accessCredentialId}
          valueLabel={execution.accessCredentialLabel}
          error={form.errors["execution.accessCredentialId"]}
          onChange={(accessCredentialId, accessCredentialLabel) => set({ accessCredentialId, accessCredentialLabel })}
        />
      )}
      <Pair>
        <Select
          label={t("credentials.plugin")}
          data={plugins.map((each) => ({ value: each.id, label: each.name }))}
          value={execution.pluginId}
          error={form.errors["execution.pluginId"]}
          clearable
          clearButtonProps={{ "aria-label": `${t("common.clear")}: ${t("credentials.plugin")}` }}
          onChange={(pluginId) => set({ pluginId })}
        />
        <Select
          label={t("credentials.template")}
          data={fitting.map((each) => ({
            value: each.id,
            label: t("credentials.templateVersion", { name: each.name, version: each.version }),
          }))}
          value={execution.templateId}
          error={form.errors["execution.templateId"]}
          disabled={execution.pluginId === null}
          description={
            execution.pluginId !== null && templates.length > 0 && fitting.length === 0
              ? t("credentials.templateNone")
              : undefined
          }
          onChange={(templateId) => set({ templateId })}
        />
      </Pair>
    </Fields>
  );
}
