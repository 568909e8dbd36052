// The small pure rules of the features: paths, times, steps, templates, requests, passwords in runs.
import { beforeAll, expect, test } from "vitest";
import { runsOf } from "../components/display/PasswordDisplay";
import { boundsOf, lastDayOf, nextHour, parseDateTime } from "../components/fields/dateTime";
import { staleAfter } from "../data/invalidation";
import { templatesFor } from "../features/credentials/ExecutionFields";
import { formatReason } from "../features/credentials/Rotation";
import { requestOf, tabOf, valuesOf } from "../features/credentials/values";
import {
  allAttempts,
  allOperations,
  completed,
  isAttemptFilterOpen,
  isOperationFilterOpen,
} from "../features/operations/filter";
import { activitiesOf } from "../features/operations/StepLine";
import { formatWeekdays, formatWindows } from "../features/policies/format";
import { tabOf as policyTabOf } from "../features/policies/values";
import { vaultNameOf, vaultPath } from "../features/session/path";
import { loadLanguage } from "../i18n";
import { formatHuge } from "../i18n/format";
import { type OperationFilter, weekdays } from "../ipc";

beforeAll(async () => {
  await loadLanguage("en");
});

test("names a vault's folder as its system writes paths", () => {
  expect(vaultPath("/home/ana/", "Team")).toBe("/home/ana/Team.vault");
  expect(vaultPath("C:\\Vaults", "Team")).toBe("C:\\Vaults\\Team.vault");
  expect(vaultNameOf("C:\\Vaults\\Team.vault")).toBe("Team");
});

test("reads a typed date and time, and refuses what no calendar has", () => {
  expect(parseDateTime("2030-02-28", "9:05")?.getMinutes()).toBe(5);
  for (const [date, time] of [
    ["2030-02-31", "09:00"],
    ["2030-01-01", "24:00"],
    ["2030-01-01", "12:60"],
    ["1/1/2030", "12:00"],
    ["", ""],
  ] as const)
    expect(parseDateTime(date, time), `${date} ${time}`).toBeNull();
  expect(nextHour(new Date(2030, 11, 31, 23, 40))).toEqual({ date: "2031-01-01", time: "00:00" });
});

test("an attempt that waits for an uncertain outcome checks instead of proving", () => {
  expect(activitiesOf("marked")).toEqual({ all: ["prepare", "connect", "change", "prove"], at: 2 });
  expect(activitiesOf("probing")).toEqual({ all: ["prepare", "connect", "change", "probe"], at: 3 });
  expect(activitiesOf("closing").all.at(-1)).toBe("close");
  expect(activitiesOf("verifying")).toEqual({ all: ["verify"], at: 0 });
});

test("offers the templates of the plugin and of the way to connect", () => {
  const template = { version: 1, source: "", name: "" };
  const own = { ...template, id: "own", pluginId: "ssh", connects: "own" as const };
  const access = { ...template, id: "access", pluginId: "ssh", connects: "access" as const };
  const other = { ...template, id: "other", pluginId: "sql", connects: "own" as const };
  expect(templatesFor([own, access, other], "ssh", true)).toEqual([own]);
  expect(templatesFor([own, access, other], "ssh", false)).toEqual([access]);
  expect(templatesFor([own, access, other], null, true)).toEqual([]);
});

test("empty secrets are kept, and a field's tab is known", () => {
  const values = valuesOf(null, { id: "d1" });
  expect(requestOf(values)).toMatchObject({ deviceId: "d1", password: null, privateKey: null });
  expect(requestOf({ ...values, password: " " }).password).toBe(" ");
  expect(tabOf("execution.templateId")).toBe("execution");
  expect(tabOf("username")).toBe("information");
});

test("tells letters, digits and symbols of a password apart", () => {
  expect(runsOf("ab1#2ç")).toEqual([
    { kind: "letter", text: "ab", at: 0 },
    { kind: "digit", text: "1", at: 2 },
    { kind: "symbol", text: "#", at: 3 },
    { kind: "digit", text: "2", at: 4 },
    { kind: "letter", text: "ç", at: 5 },
  ]);
});

test("a change of any noun makes its own lists stale", () => {
  for (const [noun, stale] of Object.entries(staleAfter)) expect(stale.map(([family]) => family)).toContain(noun);
});

test("whole days have bounds that include the last one, and come back as they were typed", () => {
  const { from, to } = boundsOf("2030-03-01", "2030-03-07");
  expect(Date.parse(to ?? "") - Date.parse(from ?? "")).toBe(7 * 86_400_000);
  expect(lastDayOf(to ?? "")).toBe("2030-03-07");
  expect(boundsOf("", "2030-03-07").from).toBeNull();
});

test("a filter that an older program saved is completed, and what is unknown is let go", () => {
  const filter = completed({ states: ["error"], gone: "x" } as Partial<OperationFilter>);
  expect(filter).toEqual({ ...allOperations, states: ["error"] });
  expect(isOperationFilterOpen(filter)).toBe(false);
  expect(isOperationFilterOpen(allOperations)).toBe(true);
  expect(isAttemptFilterOpen({ ...allAttempts, outcomes: ["failed"] })).toBe(false);
});

test("weekdays that follow each other are drawn together", () => {
  expect(formatWeekdays(["monday", "tuesday", "wednesday", "sunday"])).toBe("Mon – Wed, Sun");
  expect(formatWeekdays(["saturday", "sunday"])).toBe("Sat, Sun");
  expect(formatWindows([])).toBe("At any time");
  expect(formatWindows([{ weekdays: [...weekdays], from: "22:00", to: "04:00" }])).toBe("Every day 22:00 – 04:00");
});

test("very many passwords are told by a power of ten", () => {
  expect(formatHuge("84672")).toEqual({ text: "84,672", power: null });
  expect(formatHuge(`34${"0".repeat(42)}`)).toEqual({ text: "3.4 × 10", power: 43 });
});

test("a refused field of a policy or of a credential brings its own tab forward", () => {
  expect(policyTabOf("triggers.period.windows.0.from")).toBe("triggers");
  expect(policyTabOf("criteria.device")).toBe("general");
  expect(tabOf("execution.reconciliation.templateId")).toBe("chain");
  expect(tabOf("execution.parentCredentialId")).toBe("chain");
});

test("what keeps a credential from rotating is told with what to do", () => {
  const reason = formatReason({
    code: "credentialPaused",
    pause: { reason: "Audit", by: "Ana", at: "2030-01-01T00:00:00Z" },
  });
  expect(reason).toEqual({ text: "It was paused by Ana: Audit", remedy: "Resume it above." });
  expect(formatReason({ code: "notChangeable", reason: "noHostKey" }).text).toMatch(/host key/);
});
