// The triggers of a policy: a switch for each, its numbers, and the hours in which it may act.
import { Select, Switch } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Fields, Pair } from "../../components/dialogs/FormDrawer";
import { type FieldNumber, NumberField, type Typed } from "../../components/fields/NumberField";
import { useRotationStatus } from "../../data/records";
import { type PolicySaveRequest, periodUnits, type TriggersView, triggerKinds } from "../../ipc";
import type { TriggerKind } from "./format";
import classes from "./policies.module.css";
import { firstTrigger } from "./values";
import { WindowsEditor } from "./WindowsEditor";

type Form = UseFormReturnType<Typed<PolicySaveRequest>>;

function Numbers({ form, kind }: { form: Form; kind: TriggerKind }) {
  const { t } = useTranslation();
  const { triggers } = form.values;
  const number = (name: string, value: FieldNumber, label: string) => (
    <NumberField
      label={label}
      value={value}
      error={form.errors[`triggers.${kind}.${name}`]}
      onChange={(next) => form.setFieldValue(`triggers.${kind}.${name}`, next)}
    />
  );
  if (kind === "view")
    return <Pair>{number("delayMinutes", triggers.view?.delayMinutes ?? null, t("policies.delayMinutes"))}</Pair>;
  if (kind === "expiry")
    return <Pair>{number("lifetimeDays", triggers.expiry?.lifetimeDays ?? null, t("policies.lifetimeDays"))}</Pair>;
  const trigger = triggers[kind];
  return (
    <Pair>
      {number("every", trigger?.every ?? null, t("policies.every"))}
      <Select
        label={t("policies.unit")}
        data={periodUnits.map((value) => ({ value, label: t(`policies.units.${value}`) }))}
        allowDeselect={false}
        value={trigger?.unit ?? "days"}
        onChange={(unit) => unit && form.setFieldValue(`triggers.${kind}.unit`, unit)}
      />
    </Pair>
  );
}

export function TriggerFields({ form }: { form: Form }) {
  const { t } = useTranslation();
  const { data: status } = useRotationStatus();
  const { triggers } = form.values;
  const set = (fields: Partial<Typed<TriggersView>>) => form.setFieldValue("triggers", { ...triggers, ...fields });
  return (
    <Fields>
      <p className={classes.lead}>{t("policies.triggersLead")}</p>
      {triggerKinds.map((kind) => {
        const trigger = triggers[kind];
        return (
          <section key={kind} className={classes.trigger} aria-label={t(`policies.triggers.${kind}`)}>
            <Switch
              label={t(`policies.triggers.${kind}`)}
              description={t(`policies.triggerHints.${kind}`)}
              checked={trigger !== null}
              onChange={(event) => set({ [kind]: event.currentTarget.checked ? firstTrigger[kind] : null })}
            />
            {trigger && (
              <>
                <Numbers form={form} kind={kind} />
                <WindowsEditor
                  windows={trigger.windows}
                  errorOf={(path) => {
                    const error = form.errors[`triggers.${kind}.windows.${path}`];
                    return typeof error === "string" ? error : undefined;
                  }}
                  onChange={(windows) => set({ [kind]: { ...trigger, windows } })}
                />
              </>
            )}
          </section>
        );
      })}
      {status && <p className={classes.muted}>{t("policies.timeZone", { zone: status.timeZone })}</p>}
    </Fields>
  );
}
