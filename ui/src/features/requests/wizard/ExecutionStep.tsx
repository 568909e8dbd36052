// The execution settings of an update: parent, password change, reconciliation.
import { SegmentedControl, Select, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Pair } from "../../../components/dialogs/FormDrawer";
import { usePlugins, useTemplates } from "../../../data/records";
import type { BatchConnectAs } from "../../../ipc";
import { CredentialPicker } from "./CredentialPicker";
import type { FieldProps } from "./draft";

type PluginProps = {
  plugin: string | null;
  template: string | null;
  connects: BatchConnectAs;
  errors: { plugin?: string; template?: string };
  onChange: (plugin: string | null, template: string | null) => void;
};

/** The fields for plugin and template. Another plugin clears the template, because the two belong together. */
function PluginAndTemplate({ plugin, template, connects, errors, onChange }: PluginProps) {
  const { t } = useTranslation();
  const { data: plugins = [] } = usePlugins();
  const { data: templates = [] } = useTemplates();
  const fitting = templates.filter((each) => each.pluginId === plugin && each.connects === connects);
  return (
    <Pair>
      <Select
        label={t("credentials.plugin")}
        data={plugins.map((each) => ({ value: each.id, label: each.name }))}
        value={plugin}
        error={errors.plugin}
        onChange={(id) => onChange(id, null)}
      />
      <Select
        label={t("credentials.template")}
        data={fitting.map((each) => ({
          value: each.id,
          label: t("credentials.templateVersion", { name: each.name, version: each.version }),
        }))}
        value={fitting.some((each) => each.id === template) ? template : null}
        error={errors.template}
        disabled={plugin === null}
        description={plugin !== null && fitting.length === 0 ? t("credentials.templateNone") : undefined}
        onChange={(id) => onChange(plugin, id)}
      />
    </Pair>
  );
}

export function ParentFields({ values, errors, set }: FieldProps) {
  const { t } = useTranslation();
  return (
    <>
      <CredentialPicker
        label={t("batch.parent")}
        description={t("batch.parentHint")}
        value={values.parent}
        error={errors.parent}
        onChange={(parent) => set({ parent })}
      />
      <Switch
        label={t("batch.ownPassword")}
        description={t("batch.ownPasswordHint")}
        disabled={values.parent === null}
        checked={values.parent !== null && values.ownPassword}
        onChange={(event) => set({ ownPassword: event.currentTarget.checked })}
      />
    </>
  );
}

export function ChangeFields({ values, errors, set }: FieldProps) {
  const { t } = useTranslation();
  return (
    <>
      <Switch
        label={t("credentials.automaticSwitch")}
        description={t("credentials.automaticHint")}
        checked={values.automaticChange}
        onChange={(event) => set({ automaticChange: event.currentTarget.checked })}
      />
      {values.automaticChange && (
        <>
          <SegmentedControl
            aria-label={t("batch.connectAs")}
            value={values.connectAs}
            onChange={(connectAs) => set({ connectAs: connectAs as BatchConnectAs, changeTemplate: null })}
            data={[
              { value: "own", label: t("requests.connects.own") },
              { value: "access", label: t("requests.connects.access") },
            ]}
          />
          {values.connectAs === "access" && (
            <CredentialPicker
              label={t("credentials.access")}
              description={t("batch.accessHint")}
              value={values.access}
              error={errors.access}
              onChange={(access) => set({ access })}
            />
          )}
          <PluginAndTemplate
            plugin={values.changePlugin}
            template={values.changeTemplate}
            connects={values.connectAs}
            errors={{ plugin: errors.changePlugin, template: errors.changeTemplate }}
            onChange={(changePlugin, changeTemplate) => set({ changePlugin, changeTemplate })}
          />
        </>
      )}
    </>
  );
}

export function ReconciliationFields({ values, errors, set }: FieldProps) {
  const { t } = useTranslation();
  return (
    <>
      <Switch
        label={t("batch.reconcile")}
        description={t("batch.reconcileHint")}
        checked={values.reconcile}
        onChange={(event) => set({ reconcile: event.currentTarget.checked })}
      />
      {values.reconcile && (
        <>
          <Switch
            label={t("batch.autorun")}
            description={t("batch.autorunHint")}
            checked={values.autorun}
            onChange={(event) => set({ autorun: event.currentTarget.checked })}
          />
          <CredentialPicker
            label={t("batch.reconcileBy")}
            value={values.reconcileBy}
            error={errors.reconcileBy}
            onChange={(reconcileBy) => set({ reconcileBy })}
          />
          <PluginAndTemplate
            plugin={values.reconcilePlugin}
            template={values.reconcileTemplate}
            connects="access"
            errors={{ plugin: errors.reconcilePlugin, template: errors.reconcileTemplate }}
            onChange={(reconcilePlugin, reconcileTemplate) => set({ reconcilePlugin, reconcileTemplate })}
          />
        </>
      )}
    </>
  );
}
