// What is said of the host's errors.
import { beforeAll, expect, test } from "vitest";
import { startWords } from ".";
import en from "./en.json";
import { formatElapsed, formatRelative, formatRough } from "./format";
import portuguese from "./pt-BR.json";
import { tellError, tellFailure, tellProblems } from "./told";

beforeAll(() => startWords("en"));

test("fills in what the error knows", () => {
  expect(tellError({ code: "unreachable", address: "192.0.2.1" }).message).toBe("192.0.2.1 cannot be reached.");
  expect(tellError({ code: "deviceInUse", credentials: 1 }).message).toBe("The device still has 1 credential.");
  expect(tellError({ code: "deviceInUse", credentials: 2000 }).message).toBe("The device still has 2,000 credentials.");
  const told = tellError({ code: "illegalState", state: "running", action: "cancel" });
  expect(told.message).toContain("“Running”");
});

test("has words for a code of a newer host", () => {
  const unknown = { code: "somethingNew" } as never;
  expect(tellError(unknown)).toEqual(tellError({ code: "internal", reference: "" }));
});

test("puts the first problem of each field at the field", () => {
  const told = tellProblems([
    { field: "name", rule: { name: "required" } },
    { field: "name", rule: { name: "duplicate" } },
    { field: "execution.templateId", rule: { name: "tooShort", minimum: 8 } },
  ]);
  expect(told).toEqual({ name: "Enter a value.", "execution.templateId": "Use at least 8 characters." });
});

test("says of every failure what to try, in both languages", () => {
  for (const words of [en, portuguese])
    for (const [code, { message, recovery }] of Object.entries(words.failures)) {
      expect(message, code).toMatch(/[.!?]$/);
      expect(recovery, code).toMatch(/[.!?]$/);
    }
  expect(tellFailure("outOfSync").recovery).toContain("Both are kept");
});

test("writes times as people tell them", async () => {
  const now = Date.parse("2030-01-01T12:00:00Z");
  expect(formatRelative("2030-01-01T09:00:00Z", now)).toBe("3 hours ago");
  expect(formatRelative("2030-01-03T12:00:00Z", now)).toBe("in 2 days");
  expect(formatElapsed(3_729_000)).toBe("1:02:09");
  expect(formatElapsed(-5)).toBe("0:00");
  expect(formatRough(1e12)).toBe("centuries");
  await startWords("pt-BR");
  expect(formatRelative("2030-01-01T09:00:00Z", now)).toBe("há 3 horas");
  expect(formatRough(7200)).toBe("2 horas");
});
