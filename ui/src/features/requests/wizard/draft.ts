// The wizard of a bulk action, as a pure reducer. Choices are kept, however often the user goes back and forth.
import type {
  BatchAction,
  BatchConnectAs,
  BatchDraft,
  BatchUpdate,
  CredentialFilter,
  PasswordType,
  TagsMode,
} from "../../../ipc";

export type Step = "type" | "credentials" | "fields" | "review" | "reason";
export type Named = { id: string; label: string } | null;

/** The values of the fields, also while their switch is off. */
export type Values = {
  passwordType: PasswordType;
  domain: string;
  device: Named;
  additionalInformation: string;
  tags: string[];
  tagsMode: TagsMode;
  parent: Named;
  ownPassword: boolean;
  automaticChange: boolean;
  changePlugin: string | null;
  changeTemplate: string | null;
  connectAs: BatchConnectAs;
  access: Named;
  reconcile: boolean;
  autorun: boolean;
  reconcileBy: Named;
  reconcilePlugin: string | null;
  reconcileTemplate: string | null;
};

/** The props that every group of fields of the wizard takes. */
export type FieldProps = {
  values: Values;
  errors: Partial<Record<string, string>>;
  set: (values: Partial<Values>) => void;
};

export type Field = keyof BatchUpdate;
export const informationFields = ["passwordType", "domain", "deviceId", "additionalInformation", "tags"] as const;
export const executionFields = ["parent", "passwordChange", "reconciliation"] as const;

export type Wizard = {
  step: Step;
  action: BatchAction | null;
  ids: readonly string[];
  /** Everything that matched in the previous list. The credentials are known only when the type is known. */
  matching: { filter: CredentialFilter; except: string[] } | null;
  modified: ReadonlySet<Field>;
  values: Values;
  reason: string;
};

export type WizardAction =
  | { type: "choose"; action: BatchAction }
  | { type: "add"; ids: readonly string[] }
  | { type: "remove"; ids: readonly string[] }
  | { type: "matched"; ids: readonly string[] }
  | { type: "modify"; field: Field; on: boolean }
  | { type: "set"; values: Partial<Values> }
  | { type: "reason"; text: string }
  | { type: "go"; step: Step }
  | { type: "next" }
  | { type: "back" };

export type WizardStart = { ids: readonly string[] } | { filter: CredentialFilter; except: string[] } | null;

export function begin(from: WizardStart): Wizard {
  return {
    step: "type",
    action: null,
    ids: from && "ids" in from ? from.ids : [],
    matching: from && "filter" in from ? from : null,
    modified: new Set(),
    values: {
      passwordType: "localUser",
      domain: "",
      device: null,
      additionalInformation: "",
      tags: [],
      tagsMode: "add",
      parent: null,
      ownPassword: false,
      automaticChange: true,
      changePlugin: null,
      changeTemplate: null,
      connectAs: "own",
      access: null,
      reconcile: true,
      autorun: false,
      reconcileBy: null,
      reconcilePlugin: null,
      reconcileTemplate: null,
    },
    reason: "",
  };
}

/** Returns the steps; only an update has a step for fields. */
export const stepsOf = (action: BatchAction | null): Step[] =>
  action === null || action === "update"
    ? ["type", "credentials", "fields", "review", "reason"]
    : ["type", "credentials", "review", "reason"];

const without = (ids: readonly string[], gone: readonly string[]) => {
  const leaving = new Set(gone);
  return ids.filter((id) => !leaving.has(id));
};

export function wizard(state: Wizard, action: WizardAction): Wizard {
  const steps = stepsOf(state.action);
  const at = steps.indexOf(state.step);
  switch (action.type) {
    case "choose":
      return { ...state, action: action.action };
    case "add":
      return { ...state, ids: [...new Set([...state.ids, ...action.ids])] };
    case "matched":
      return { ...state, matching: null, ids: [...new Set([...state.ids, ...action.ids])] };
    case "remove":
      return { ...state, ids: without(state.ids, action.ids) };
    case "modify": {
      const modified = new Set(state.modified);
      if (action.on) modified.add(action.field);
      else modified.delete(action.field);
      return { ...state, modified };
    }
    case "set":
      return { ...state, values: { ...state.values, ...action.values } };
    case "reason":
      return { ...state, reason: action.text };
    case "go":
      return canGo(state, action.step) ? { ...state, step: action.step } : state;
    case "next": {
      const next = steps[at + 1];
      return next && isDone(state, state.step) ? { ...state, step: next } : state;
    }
    case "back":
      return { ...state, step: steps[at - 1] ?? state.step };
  }
}

/** Returns the names of the fields that are still empty. */
export function missingIn({ modified, values }: Wizard): (keyof Values)[] {
  const missing: (keyof Values)[] = [];
  if (modified.has("deviceId") && !values.device) missing.push("device");
  if (modified.has("tags") && values.tagsMode === "add" && values.tags.length === 0) missing.push("tags");
  if (modified.has("passwordChange") && values.automaticChange) {
    if (!values.changePlugin) missing.push("changePlugin");
    if (!values.changeTemplate) missing.push("changeTemplate");
    if (values.connectAs === "access" && !values.access) missing.push("access");
  }
  if (modified.has("reconciliation") && values.reconcile) {
    if (!values.reconcileBy) missing.push("reconcileBy");
    if (!values.reconcilePlugin) missing.push("reconcilePlugin");
    if (!values.reconcileTemplate) missing.push("reconcileTemplate");
  }
  return missing;
}

/** Tells whether a step is complete, so that the next one can follow. */
export function isDone(state: Wizard, step: Step): boolean {
  switch (step) {
    case "type":
      return state.action !== null;
    case "credentials":
      return state.ids.length > 0;
    case "fields":
      return state.modified.size > 0 && missingIn(state).length === 0;
    case "review":
      return true;
    case "reason":
      return state.reason.trim() !== "";
  }
}

/** Tells whether the user can go to a step: all steps before it must be complete. */
export function canGo(state: Wizard, step: Step): boolean {
  const steps = stepsOf(state.action);
  const to = steps.indexOf(step);
  return to >= 0 && steps.slice(0, to).every((each) => isDone(state, each));
}

/** Tells whether leaving would lose input. */
export const isBegun = (state: Wizard) => state.action !== null || state.ids.length > 0;

function updateOf({ modified, values }: Wizard): BatchUpdate {
  const has = (field: Field) => modified.has(field);
  const access = values.automaticChange && values.connectAs === "access";
  return {
    passwordType: has("passwordType") ? values.passwordType : null,
    domain: has("domain") ? values.domain.trim() : null,
    deviceId: has("deviceId") ? (values.device?.id ?? null) : null,
    additionalInformation: has("additionalInformation") ? values.additionalInformation : null,
    tags: has("tags") ? { mode: values.tagsMode, tags: values.tags } : null,
    parent: has("parent")
      ? { credentialId: values.parent?.id ?? null, ownPassword: values.parent !== null && values.ownPassword }
      : null,
    passwordChange: has("passwordChange")
      ? {
          automaticChange: values.automaticChange,
          pluginId: values.automaticChange ? values.changePlugin : null,
          templateId: values.automaticChange ? values.changeTemplate : null,
          connectAs: values.automaticChange ? values.connectAs : "own",
          accessCredentialId: access ? (values.access?.id ?? null) : null,
        }
      : null,
    reconciliation: has("reconciliation")
      ? {
          enabled: values.reconcile,
          autorun: values.reconcile && values.autorun,
          credentialId: values.reconcile ? (values.reconcileBy?.id ?? null) : null,
          pluginId: values.reconcile ? values.reconcilePlugin : null,
          templateId: values.reconcile ? values.reconcileTemplate : null,
        }
      : null,
  };
}

/** Returns the draft in the form that the host expects. */
export function draftOf(state: Wizard): BatchDraft {
  const action = state.action ?? "update";
  return { action, credentialIds: [...state.ids], update: action === "update" ? updateOf(state) : null };
}
