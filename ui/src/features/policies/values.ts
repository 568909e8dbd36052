// The form of a policy, and the tab that contains each field.
import type { PeriodTriggerView, PolicySaveRequest, PolicyView, WindowView } from "../../ipc";
import type { TriggerKind } from "./format";

export function valuesOf(policy: PolicyView | null): PolicySaveRequest {
  return {
    id: policy?.id ?? null,
    name: policy?.name ?? "",
    priority: policy?.priority ?? 10,
    strengthId: policy?.strengthId ?? "",
    criteria: policy?.criteria ?? {
      username: "",
      device: "",
      type: "",
      manufacturer: "",
      model: "",
      site: "",
      domain: "",
      tags: [],
      passwordTypes: [],
    },
    triggers: policy?.triggers ?? { period: null, view: null, expiry: null, verification: null },
    overrides: policy?.overrides ?? {
      attempts: null,
      backOffSeconds: null,
      connectTimeoutSeconds: null,
      readTimeoutSeconds: null,
    },
  };
}

/** The first values of a trigger that is turned on. */
export const firstTrigger = {
  period: { every: 30, unit: "days", windows: [] } as PeriodTriggerView,
  view: { delayMinutes: 60, windows: [] as WindowView[] },
  expiry: { lifetimeDays: 90, windows: [] as WindowView[] },
  verification: { every: 7, unit: "days", windows: [] } as PeriodTriggerView,
} satisfies Record<TriggerKind, unknown>;

export const firstWindow: WindowView = {
  weekdays: ["monday", "tuesday", "wednesday", "thursday", "friday"],
  from: "22:00",
  to: "04:00",
};

export const policyTabs = ["general", "triggers", "overrides", "effect"] as const;
export type PolicyTab = (typeof policyTabs)[number];

export function tabOf(field: string): PolicyTab {
  if (field.startsWith("triggers")) return "triggers";
  return field.startsWith("overrides") ? "overrides" : "general";
}
