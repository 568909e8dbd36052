// The texts of changes: fields, values, and one line for each change.
import { beforeAll, expect, test } from "vitest";
import { loadLanguage } from "../../i18n";
import type { TaskView } from "../../ipc";
import { formatGroup, formatPart, formatValue, linesOf } from "./format";

beforeAll(async () => {
  await loadLanguage("en");
});

const task = (changes: TaskView["changes"]): TaskView => ({
  credentialId: "c",
  username: "root",
  deviceName: "srv",
  changes,
  refusal: null,
  flags: [],
  operation: null,
});

test("a value is said in words, and nothing as nothing", () => {
  expect(formatValue("passwordType", "value", "localUser")).toBe("Local user");
  expect(formatValue("status", "value", "inactive")).toBe("Inactive");
  expect(formatValue("domain", "value", "")).toBe("nothing");
  expect(formatValue("passwordChange", "connectAs", "own")).toBe("The credential itself");
  expect(formatValue("domain", "value", "own"), "a domain may be called so").toBe("own");
  expect(formatValue("expiresAt", "value", "2026-11-20T18:00:00Z")).toContain("2026");
});

test("a configuration is told part by part, in a group as in a line", () => {
  expect(formatPart("reconciliation", "autorun")).toBe("Automatic reconciliation");
  expect(formatPart("domain", "value")).toBe("Domain");
  expect(formatGroup("passwordChange", "true · ssh · own")).toBe("Yes · ssh · The credential itself");
  expect(formatGroup("domain", "a · b"), "not a configuration").toBe("a · b");
});

test("a credential has a line for each part, and one where nothing changes", () => {
  const part = (name: string) => ({ part: name, from: "", to: "x" });
  const lines = linesOf([
    task([
      { field: "domain", parts: [part("value")] },
      { field: "passwordChange", parts: [part("plugin"), part("template")] },
    ]),
    { ...task([]), credentialId: "d" },
  ]);
  expect(lines.map(({ field, first }) => [field, first])).toEqual([
    ["domain", true],
    ["passwordChange", false],
    ["passwordChange", false],
    [null, true],
  ]);
  expect(new Set(lines.map(({ key }) => key)).size, "each line has a key of its own").toBe(4);
});
