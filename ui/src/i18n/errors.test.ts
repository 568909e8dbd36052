// The texts for the host's errors.
import { beforeAll, expect, test } from "vitest";
import { loadLanguage } from ".";
import en from "./en.json";
import { formatError, formatFailure, formatProblems } from "./errors";
import { formatElapsed, formatRelative, formatRough } from "./format";
import portuguese from "./pt-BR.json";

beforeAll(() => loadLanguage("en"));

test("fills in what the error knows", () => {
  const unreachable = { code: "unreachable", address: "192.0.2.1", failure: "unreachable" } as const;
  expect(formatError(unreachable).message).toBe("192.0.2.1 cannot be reached.");
  const late = formatError({ ...unreachable, failure: "timedOut" });
  expect(late.message).toBe("192.0.2.1: The device did not answer in time.");
  expect(late.recovery).toBe(formatFailure("timedOut").recovery);
  expect(formatError({ code: "deviceInUse", credentials: 1 }).message).toBe("The device still has 1 credential.");
  expect(formatError({ code: "deviceInUse", credentials: 2000 }).message).toBe(
    "The device still has 2,000 credentials.",
  );
  const text = formatError({ code: "illegalState", state: "running", action: "cancel" });
  expect(text.message).toContain("“Running”");
});

test("has words for a code of a newer host", () => {
  const unknown = { code: "somethingNew" } as never;
  expect(formatError(unknown)).toEqual(formatError({ code: "internal", reference: "" }));
});

test("puts the first problem of each field at the field", () => {
  const text = formatProblems([
    { field: "name", rule: { name: "required" } },
    { field: "name", rule: { name: "duplicate" } },
    { field: "execution.templateId", rule: { name: "tooShort", minimum: 8 } },
  ]);
  expect(text).toEqual({ name: "Enter a value.", "execution.templateId": "Use at least 8 characters." });
});

test("says of every failure what to try, in both languages", () => {
  for (const words of [en, portuguese])
    for (const [code, { message, recovery }] of Object.entries(words.failures)) {
      expect(message, code).toMatch(/[.!?]$/);
      expect(recovery, code).toMatch(/[.!?]$/);
    }
  expect(formatFailure("outOfSync").recovery).toContain("Both are kept");
});

test("writes times as people tell them", async () => {
  const now = Date.parse("2030-01-01T12:00:00Z");
  expect(formatRelative("2030-01-01T09:00:00Z", now)).toBe("3 hours ago");
  expect(formatRelative("2030-01-03T12:00:00Z", now)).toBe("in 2 days");
  expect(formatElapsed(3_729_000)).toBe("1:02:09");
  expect(formatElapsed(-5)).toBe("0:00");
  expect(formatRough(1e12)).toBe("centuries");
  await loadLanguage("pt-BR");
  expect(formatRelative("2030-01-01T09:00:00Z", now)).toBe("há 3 horas");
  expect(formatRough(7200)).toBe("2 horas");
});
