// The form of a new or edited policy: its criteria and strength, its triggers, its overrides, and the effect of saving.
import { MultiSelect, Select, Tabs, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Fields, FormDrawer, Legend, Pair } from "../../components/dialogs/FormDrawer";
import { NumberField, requestFrom, type Typed } from "../../components/fields/NumberField";
import { TagInput } from "../../components/fields/TagInput";
import { useStrengths } from "../../data/lists";
import { useSubmit } from "../../data/submit";
import { call, type PasswordType, type PolicySaveRequest, type PolicyView, passwordTypes } from "../../ipc";
import { Effect, EffectLine, usePreview } from "./Effect";
import { policyFields } from "./format";
import classes from "./policies.module.css";
import { TriggerFields } from "./TriggerFields";
import { type PolicyTab, policyTabs, tabOf, valuesOf } from "./values";

type Props = { policy: PolicyView | null; onSaved: (policy: PolicyView) => void; onClose: () => void };

const overrides = ["attempts", "backOffSeconds", "connectTimeoutSeconds", "readTimeoutSeconds"] as const;

export function PolicyForm({ policy, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<PolicyTab>("general");
  const strengths = useStrengths({ filter: { text: null }, sort: "name", descending: false }).rows;
  const form = useForm<Typed<PolicySaveRequest>>({ initialValues: valuesOf(policy), clearInputErrorOnChange: true });
  const { submit, saving, failure } = useSubmit({
    form,
    send: (values) => call("policySave", requestFrom<PolicySaveRequest>(values)),
    done: onSaved,
    onProblems: (fields) => {
      const [first] = fields.map(tabOf).sort((a, b) => policyTabs.indexOf(a) - policyTabs.indexOf(b));
      if (first) setTab(first);
    },
  });
  const preview = usePreview(requestFrom<PolicySaveRequest>(form.values));
  const broken = new Set(Object.keys(form.errors).map(tabOf));
  const { criteria } = form.values;
  return (
    <FormDrawer
      opened
      title={policy ? t("policies.editTitle", { name: policy.name }) : t("policies.newTitle")}
      submit={t("common.save")}
      dirty={form.isDirty()}
      saving={saving}
      failure={failure}
      note={preview.data && !preview.error && <EffectLine preview={preview.data} />}
      onSubmit={submit}
      onClose={onClose}
    >
      <Tabs value={tab} onChange={(value) => setTab(value as PolicyTab)}>
        <Tabs.List mb="md">
          {policyTabs.map((each) => (
            <Tabs.Tab
              key={each}
              value={each}
              rightSection={
                broken.has(each) && (
                  <IconAlertTriangle
                    size={15}
                    color="var(--state-red)"
                    role="img"
                    aria-label={t("credentials.tabErrors")}
                  />
                )
              }
            >
              {t(`policies.tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="general">
          <Fields>
            <TextInput label={t("policies.name")} withAsterisk data-autofocus {...form.getInputProps("name")} />
            <Pair>
              <Select
                label={t("policies.strength")}
                withAsterisk
                data={strengths.map(({ id, name }) => ({ value: id, label: name }))}
                allowDeselect={false}
                value={form.values.strengthId || null}
                error={form.errors.strengthId}
                onChange={(id) => form.setFieldValue("strengthId", id ?? "")}
              />
              <NumberField
                label={t("policies.priority")}
                description={t("policies.priorityHint")}
                value={form.values.priority}
                error={form.errors.priority}
                onChange={(value) => form.setFieldValue("priority", value)}
              />
            </Pair>
            <Legend>{t("policies.criteria")}</Legend>
            <p className={classes.lead}>{t("policies.criteriaLead")}</p>
            <div className={classes.grid}>
              {policyFields.map((field) => (
                <TextInput
                  key={field}
                  label={t(`policies.fields.${field}`)}
                  spellCheck={false}
                  {...form.getInputProps(`criteria.${field}`)}
                />
              ))}
              <MultiSelect
                label={t("policies.fields.passwordType")}
                data={passwordTypes.map((value) => ({ value, label: t(`credentials.types.${value}`) }))}
                value={criteria.passwordTypes}
                error={form.errors["criteria.passwordTypes"]}
                onChange={(chosen) => form.setFieldValue("criteria.passwordTypes", chosen as PasswordType[])}
              />
            </div>
            <TagInput
              label={t("policies.fields.tags")}
              value={criteria.tags}
              error={form.errors["criteria.tags"]}
              onChange={(tags) => form.setFieldValue("criteria.tags", tags)}
            />
          </Fields>
        </Tabs.Panel>
        <Tabs.Panel value="triggers">
          <TriggerFields form={form} />
        </Tabs.Panel>
        <Tabs.Panel value="overrides">
          <Fields>
            <p className={classes.lead}>{t("policies.overridesLead")}</p>
            <div className={classes.grid}>
              {overrides.map((name) => (
                <NumberField
                  key={name}
                  label={t(`policies.overrides.${name}`)}
                  placeholder={t("policies.asParameters")}
                  value={form.values.overrides[name]}
                  error={form.errors[`overrides.${name}`]}
                  onChange={(value) => form.setFieldValue(`overrides.${name}`, value)}
                />
              ))}
            </div>
          </Fields>
        </Tabs.Panel>
        <Tabs.Panel value="effect">
          <Effect preview={preview.data} error={preview.error} />
        </Tabs.Panel>
      </Tabs>
    </FormDrawer>
  );
}
