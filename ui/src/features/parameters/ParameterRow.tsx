// One parameter: its description, its control, its range and default. It is saved separately.
import { ActionIcon, Button } from "@mantine/core";
import { IconRestore } from "@tabler/icons-react";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "../../components/feedback/toast";
import { requestFrom, type Typed } from "../../components/fields/NumberField";
import { formatError, formatProblems, formatRule } from "../../i18n/errors";
import { call, failureOf, type ParameterValue, type ParameterView } from "../../ipc";
import { ParameterInput } from "./ParameterInput";
import classes from "./parameters.module.css";
import { formatDefault, formatParameter, formatRange, formatValue, problemOf, sameValue } from "./values";

type Props = { parameter: ParameterView; mayWrite: boolean };

export function ParameterRow({ parameter, mayWrite }: Props) {
  const { t } = useTranslation();
  const { key, kind, value } = parameter;
  const isSet = parameter.changedAt !== null && !sameValue(value, parameter.default);
  const [draft, setDraft] = useState<Typed<ParameterValue>>(value);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const help = useId();
  const label = formatParameter(key, "label");
  const dirty = !sameValue(draft, value);
  const stored = JSON.stringify(value);
  // Another user's change is shown, unless a value is being typed here.
  useEffect(() => setDraft(JSON.parse(stored) as ParameterValue), [stored]);

  const send = async (act: () => Promise<ParameterView>) => {
    setBusy(true);
    setError(undefined);
    try {
      setDraft((await act()).value);
      toast(t("parameters.saved", { name: label }));
    } catch (thrown) {
      const failure = failureOf(thrown);
      const fieldError = failure.code === "invalid" ? formatProblems(failure.problems).value : undefined;
      setError(fieldError ?? formatError(failure).message);
      if (kind.kind === "switch") setDraft(value);
    }
    setBusy(false);
  };
  const save = (next: Typed<ParameterValue>) => {
    const problem = problemOf(kind, next);
    if (problem) setError(formatRule({ name: "outOfRange", ...problem }));
    else send(() => call("parameterSave", { key, value: requestFrom<ParameterValue>(next) }));
  };
  const change = (next: Typed<ParameterValue>) => {
    setDraft(next);
    setError(undefined);
    // A switch saves at once and needs no button.
    if (kind.kind === "switch") save(next);
  };
  const range = formatRange(kind);
  const reason = parameter.defaultReason;
  const usual = t("parameters.default", {
    value: reason ? t(`parameters.defaultReasons.${reason}`) : formatDefault(kind, parameter.default),
  });

  return (
    <form
      className={classes.row}
      noValidate
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        if (dirty) save(draft);
      }}
    >
      <div className={classes.words}>
        <h3 className={classes.label}>
          {label}
          {isSet && <span className={classes.set}>{t("parameters.changed")}</span>}
        </h3>
        <p id={help} className={classes.help}>
          {formatParameter(key, "help")}{" "}
          <span className={classes.range}>{[range, usual].filter(Boolean).join(" · ")}</span>
        </p>
      </div>
      <div className={classes.control}>
        {mayWrite ? (
          <ParameterInput
            kind={kind}
            value={draft}
            label={label}
            describedBy={help}
            error={error}
            busy={busy}
            onChange={change}
          />
        ) : (
          <output className={classes.value}>{formatValue(kind, value)}</output>
        )}
        {error && kind.kind === "switch" && <p className={classes.error}>{error}</p>}
      </div>
      {mayWrite && (
        <div className={classes.buttons}>
          {dirty && kind.kind !== "switch" ? (
            <Button type="submit" size="compact-sm" loading={busy}>
              {t("common.save")}
            </Button>
          ) : (
            isSet && (
              <ActionIcon
                variant="subtle"
                color="gray"
                loading={busy}
                aria-label={t("parameters.reset", { name: label })}
                title={t("parameters.resetShort", { value: formatValue(kind, parameter.default) })}
                onClick={() => send(() => call("parameterReset", { key }))}
              >
                <IconRestore size={16} aria-hidden />
              </ActionIcon>
            )
          )}
        </div>
      )}
    </form>
  );
}
