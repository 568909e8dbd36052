// Turns a typed error of the host into the texts for the user: the message, and the advice.
import type { CommandError, FailureCode, Problem } from "../ipc";
import { counted } from "./format";
import { i18next } from "./index";

/** The texts of an error. The reference of an internal error is in the log too. */
export type ErrorText = { message: string; recovery: string; reference?: string };

export function formatError(error: CommandError): ErrorText {
  const { t } = i18next;
  // The error comes from a newer host than these texts; the message must never be empty.
  if (!i18next.exists(`errors.${error.code}.recovery`)) return formatError({ code: "internal", reference: "" });
  const recovery = t(`errors.${error.code}.recovery`);
  switch (error.code) {
    case "internal":
      return {
        message: t("errors.internal.message"),
        recovery,
        ...(error.reference && { reference: error.reference }),
      };
    case "deviceInUse":
      return { message: t("errors.deviceInUse.message", counted(error.credentials)), recovery };
    case "illegalState":
      return { message: t("errors.illegalState.message", { state: t(`operations.states.${error.state}`) }), recovery };
    case "strengthInUse":
      return { message: t("errors.strengthInUse.message", counted(error.policies)), recovery };
    case "notReconcilable":
      return {
        message: t("errors.notReconcilable.message", { reason: t(`notReconcilable.${error.reason}`) }),
        recovery,
      };
    case "unreachable": {
      if (error.failure === "unreachable") return { message: t("errors.unreachable.message", { ...error }), recovery };
      const told = formatFailure(error.failure);
      return { ...told, message: t("errors.unreachable.because", { address: error.address, reason: told.message }) };
    }
    default:
      return { message: t(`errors.${error.code}.message`, { ...error }), recovery };
  }
}

export function formatFailure(code: FailureCode): ErrorText {
  const { t } = i18next;
  return { message: t(`failures.${code}.message`), recovery: t(`failures.${code}.recovery`) };
}

/** Returns the label of a plugin's own field; its key if these texts are older than the plugin. */
export function formatPluginField(label: string): string {
  const key = `plugins.fields.${label}`;
  return i18next.exists(key) ? String(i18next.t(key as never)) : label;
}

export function formatRule(rule: Problem["rule"]): string {
  return i18next.t(`rules.${rule.name}`, { ...rule });
}

/** Returns the messages for a form, by field; the first problem of a field counts. */
export function formatProblems(problems: Problem[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const problem of problems) texts[problem.field] ??= formatRule(problem.rule);
  return texts;
}
