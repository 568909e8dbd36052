// The form of a new or edited strength: its rules and at once their effect. A problem is shown at its field during
// typing.
import { Checkbox, Group, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Fields, FormDrawer, Legend, Pair } from "../../components/dialogs/FormDrawer";
import { NumberField, requestFrom, type Typed } from "../../components/fields/NumberField";
import { useSubmit } from "../../data/submit";
import { formatProblems } from "../../i18n/errors";
import {
  type CharacterClass,
  call,
  characterClasses,
  type StrengthRulesView,
  type StrengthSaveRequest,
  type StrengthView,
} from "../../ipc";
import { Estimate, useEstimate } from "./Estimate";
import { type ClassField, classFields, valuesOf } from "./rules";
import classes from "./strengths.module.css";

type Props = {
  strength: StrengthView | null;
  /** True for a new strength that starts as a copy of the given one. */
  copied: boolean;
  /** True for users who may not change it. */
  readOnly: boolean;
  onSaved: (strength: StrengthView) => void;
  onClose: () => void;
};

export function StrengthForm({ strength, copied, readOnly, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm<Typed<StrengthSaveRequest>>({
    initialValues: valuesOf(strength, copied),
    clearInputErrorOnChange: true,
  });
  const { submit, saving, failure } = useSubmit({
    form,
    send: (values) => call("strengthSave", requestFrom<StrengthSaveRequest>(values)),
    done: onSaved,
  });
  const { rules } = form.values;
  const estimate = useEstimate(requestFrom<StrengthRulesView>(rules));
  const live = formatProblems(estimate.data?.problems ?? []);
  const errorOf = (name: keyof StrengthRulesView) => form.errors[`rules.${name}`] ?? live[`rules.${name}`];
  const set = (fields: Partial<Typed<StrengthRulesView>>) => {
    form.setFieldValue("rules", { ...rules, ...fields });
    for (const name of Object.keys(fields)) form.clearFieldError(`rules.${name}`);
  };
  const number = (name: "minimumLength" | "maximumLength" | "historyDepth") => (
    <NumberField
      label={t(`strengths.${name}`)}
      value={rules[name]}
      error={errorOf(name)}
      onChange={(value) => set({ [name]: value })}
    />
  );
  const characterClass = (name: ClassField) => (
    <div key={name} className={classes.class}>
      <Checkbox
        size="xs"
        label={t(`strengths.${name}`)}
        checked={rules[name] !== null}
        onChange={(event) => set({ [name]: event.currentTarget.checked ? 1 : null })}
      />
      <NumberField
        aria-label={t("strengths.fewest", { name: t(`strengths.${name}`) })}
        value={rules[name]}
        disabled={rules[name] === null}
        error={errorOf(name) ? true : undefined}
        // Null would forbid the class of characters; an emptied field is no answer yet.
        onChange={(value) => set({ [name]: value ?? "" })}
      />
    </div>
  );
  // The error is shown beneath all four fields, which are too narrow for a text.
  const classError = classFields.map(errorOf).find(Boolean);
  return (
    <FormDrawer
      opened
      title={strength && !copied ? t("strengths.editTitle", { name: strength.name }) : t("strengths.newTitle")}
      submit={t("common.save")}
      dirty={form.isDirty()}
      saving={saving}
      failure={failure}
      disabled={readOnly}
      onSubmit={submit}
      onClose={onClose}
    >
      <Fields>
        <Estimate estimate={estimate.data} onAgain={() => estimate.refetch()} />
        <TextInput label={t("strengths.name")} withAsterisk data-autofocus {...form.getInputProps("name")} />
        <Pair>
          {number("minimumLength")}
          {number("maximumLength")}
        </Pair>
        <Legend>{t("strengths.classesLegend")}</Legend>
        <div className={classes.classes}>{classFields.map(characterClass)}</div>
        {classError && (
          <div className={classes.error} role="alert">
            {classError}
          </div>
        )}
        <Pair>
          <TextInput
            label={t("strengths.allowedSymbols")}
            spellCheck={false}
            className={classes.mono}
            value={rules.allowedSymbols}
            disabled={rules.symbols === null}
            error={errorOf("allowedSymbols")}
            onChange={(event) => set({ allowedSymbols: event.currentTarget.value })}
          />
          <TextInput
            label={t("strengths.forbidden")}
            spellCheck={false}
            className={classes.mono}
            value={rules.forbidden}
            error={errorOf("forbidden")}
            onChange={(event) => set({ forbidden: event.currentTarget.value })}
          />
        </Pair>
        <Checkbox.Group
          label={t("strengths.firstCharacter")}
          description={t("strengths.firstCharacterHint")}
          value={rules.firstCharacter}
          error={errorOf("firstCharacter")}
          onChange={(chosen) => set({ firstCharacter: chosen as CharacterClass[] })}
        >
          <Group gap="md" my="0.375rem">
            {characterClasses.map((each) => (
              <Checkbox key={each} size="xs" value={each} label={t(`strengths.characterClasses.${each}`)} />
            ))}
          </Group>
        </Checkbox.Group>
        <Legend>{t("strengths.moreLegend")}</Legend>
        <Pair>
          <NumberField
            label={t("strengths.maximumRepeats")}
            description={t("strengths.maximumRepeatsHint")}
            placeholder={t("strengths.unlimited")}
            value={rules.maximumRepeats}
            error={errorOf("maximumRepeats")}
            onChange={(maximumRepeats) => set({ maximumRepeats })}
          />
          {number("historyDepth")}
        </Pair>
        <Switch
          label={t("strengths.avoidLookAlikes")}
          description={t("strengths.avoidLookAlikesHint")}
          checked={rules.avoidLookAlikes}
          onChange={(event) => set({ avoidLookAlikes: event.currentTarget.checked })}
        />
      </Fields>
    </FormDrawer>
  );
}
