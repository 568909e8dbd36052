// Turns a typed error of the host into what is said to the user: what happened, and what to try.
import type { CommandError, FailureCode, Problem } from "../ipc";
import { counted } from "./format";
import { i18next } from "./index";

export type Told = { message: string; recovery: string };

export function tellError(error: CommandError): Told {
  const { t } = i18next;
  // Written by a newer host than these words: never an empty message.
  if (!i18next.exists(`errors.${error.code}.recovery`)) return tellError({ code: "internal" });
  const recovery = t(`errors.${error.code}.recovery`);
  switch (error.code) {
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
      const told = tellFailure(error.failure);
      return { ...told, message: t("errors.unreachable.because", { address: error.address, reason: told.message }) };
    }
    default:
      return { message: t(`errors.${error.code}.message`, { ...error }), recovery };
  }
}

export function tellFailure(code: FailureCode): Told {
  const { t } = i18next;
  return { message: t(`failures.${code}.message`), recovery: t(`failures.${code}.recovery`) };
}

/** The label of a field that only one plugin has; its key where these words are older than the plugin. */
export function tellField(label: string): string {
  const key = `plugins.fields.${label}`;
  return i18next.exists(key) ? String(i18next.t(key as never)) : label;
}

export function tellRule(rule: Problem["rule"]): string {
  return i18next.t(`rules.${rule.name}`, { ...rule });
}

/** The messages of a form's fields, by field; the first problem of a field counts. */
export function tellProblems(problems: Problem[]): Record<string, string> {
  const told: Record<string, string> = {};
  for (const problem of problems) told[problem.field] ??= tellRule(problem.rule);
  return told;
}
