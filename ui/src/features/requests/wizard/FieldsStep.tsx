// Third step of an update: each field has its own switch. A field that is not switched on stays unchanged in each
// credential.
import { SegmentedControl, Select, Switch, Textarea, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { TagInput } from "../../../components/fields/TagInput";
import { passwordTypes, type TagsMode } from "../../../ipc";
import { executionFields, type Field, type FieldProps, informationFields, type Named, type Wizard } from "./draft";
import { ChangeFields, ParentFields, ReconciliationFields } from "./ExecutionStep";
import classes from "./wizard.module.css";

export type DevicePick = (props: { value: Named; error?: string; onChange: (device: Named) => void }) => ReactNode;

type Props = FieldProps & {
  modified: Wizard["modified"];
  device: DevicePick;
  onModify: (field: Field, on: boolean) => void;
};

function Inside({ field, values, errors, set, device }: FieldProps & { field: Field; device: DevicePick }) {
  const { t } = useTranslation();
  switch (field) {
    case "passwordType":
      return (
        <Select
          label={t("credentials.type")}
          data={passwordTypes.map((value) => ({ value, label: t(`credentials.types.${value}`) }))}
          allowDeselect={false}
          value={values.passwordType}
          onChange={(passwordType) => passwordType && set({ passwordType })}
        />
      );
    case "domain":
      return (
        <TextInput
          label={t("credentials.domain")}
          description={t("batch.emptyTakesAway")}
          value={values.domain}
          error={errors.domain}
          onChange={(event) => set({ domain: event.currentTarget.value })}
        />
      );
    case "deviceId":
      return device({ value: values.device, error: errors.device, onChange: (chosen) => set({ device: chosen }) });
    case "additionalInformation":
      return (
        <Textarea
          label={t("credentials.additional")}
          description={t("batch.emptyTakesAway")}
          autosize
          minRows={2}
          maxRows={6}
          value={values.additionalInformation}
          error={errors.additionalInformation}
          onChange={(event) => set({ additionalInformation: event.currentTarget.value })}
        />
      );
    case "tags":
      return (
        <>
          <SegmentedControl
            aria-label={t("batch.modify.tags")}
            value={values.tagsMode}
            onChange={(mode) => set({ tagsMode: mode as TagsMode })}
            data={[
              { value: "add", label: t("batch.tagsAdd") },
              { value: "replace", label: t("batch.tagsReplace") },
            ]}
          />
          <TagInput
            label={t("credentials.tags")}
            value={values.tags}
            error={errors.tags}
            onChange={(tags) => set({ tags })}
          />
        </>
      );
    case "parent":
      return <ParentFields values={values} errors={errors} set={set} />;
    case "passwordChange":
      return <ChangeFields values={values} errors={errors} set={set} />;
    case "reconciliation":
      return <ReconciliationFields values={values} errors={errors} set={set} />;
  }
}

export function FieldsStep({ values, errors, set, modified, device, onModify }: Props) {
  const { t } = useTranslation();
  const section = (title: string, fields: readonly Field[]) => (
    <section className={classes.section} aria-label={title}>
      <h3 className={classes.sectionTitle}>{title}</h3>
      {fields.map((field) => (
        <div key={field} className={classes.field}>
          <Switch
            label={t(`batch.modify.${field}`)}
            checked={modified.has(field)}
            onChange={(event) => onModify(field, event.currentTarget.checked)}
          />
          {modified.has(field) && (
            <div className={classes.inside}>
              <Inside field={field} values={values} errors={errors} set={set} device={device} />
            </div>
          )}
        </div>
      ))}
    </section>
  );
  return (
    <div className={classes.page}>
      <div className={classes.form}>
        <div>
          <h2 className={classes.title}>{t("batch.fieldsTitle")}</h2>
          <p className={classes.lead}>{t("batch.fieldsLead")}</p>
        </div>
        {section(t("batch.information"), informationFields)}
        {section(t("batch.executionSettings"), executionFields)}
      </div>
    </div>
  );
}
