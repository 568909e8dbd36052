// The small pure rules of the features: paths, moments, steps, templates, requests, passwords in runs.
import { expect, test } from "vitest";
import { momentOf, nextHour } from "../components/moment";
import { runsOf } from "../components/PasswordDisplay";
import { staleAfter } from "../data/invalidation";
import { templatesFor } from "./credentials/ExecutionFields";
import { requestOf, tabOf, valuesOf } from "./credentials/values";
import { activitiesOf } from "./operations/StepLine";
import { vaultNameOf, vaultPath } from "./session/path";

test("names a vault's folder as its system writes paths", () => {
  expect(vaultPath("/home/ana/", "Team")).toBe("/home/ana/Team.vault");
  expect(vaultPath("C:\\Vaults", "Team")).toBe("C:\\Vaults\\Team.vault");
  expect(vaultNameOf("C:\\Vaults\\Team.vault")).toBe("Team");
});

test("reads a typed date and time, and refuses what no calendar has", () => {
  expect(momentOf("2030-02-28", "9:05")?.getMinutes()).toBe(5);
  for (const [date, time] of [
    ["2030-02-31", "09:00"],
    ["2030-01-01", "24:00"],
    ["2030-01-01", "12:60"],
    ["1/1/2030", "12:00"],
    ["", ""],
  ] as const)
    expect(momentOf(date, time), `${date} ${time}`).toBeNull();
  expect(nextHour(new Date(2030, 11, 31, 23, 40))).toEqual({ date: "2031-01-01", time: "00:00" });
});

test("an attempt that waits for an uncertain outcome checks instead of proving", () => {
  expect(activitiesOf("marked")).toEqual({ all: ["prepare", "connect", "change", "prove"], at: 2 });
  expect(activitiesOf("probing")).toEqual({ all: ["prepare", "connect", "change", "probe"], at: 3 });
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
