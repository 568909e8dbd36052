// The page's errors in the host's log: the reported data, and the data that must never be reported.
import { expect, test, vi } from "vitest";
import { makeFake } from "./fake";
import { replaceHost } from "./host";
import { hearProblems, positions, reportProblem } from "./problems";

function heard() {
  const { host } = makeFake("three");
  const pageProblemReport = vi.fn(host.commands.pageProblemReport);
  replaceHost({ ...host, commands: { ...host.commands, pageProblemReport } });
  return pageProblemReport;
}

test("positions are read from the stacks of every engine, without the message", () => {
  const webkit = "submit@tauri://localhost/assets/index-B3.js:1:2345\n@tauri://localhost/assets/x.js:2:3";
  expect(positions(webkit)).toEqual(["submit@/assets/index-B3.js:1:2345", "/assets/x.js:2:3"]);
  const chromium = "TypeError: hunter2 /is/wrong:1:2\n    at submit (http://tauri.localhost/assets/index-B3.js:1:2345)";
  expect(positions(chromium)).toEqual(["submit@/assets/index-B3.js:1:2345"]);
});

test("a message that may hold a value is never sent", () => {
  const report = heard();
  const reference = reportProblem("error", new TypeError("cannot parse hunter2"));
  expect(reference).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
  const [sent] = report.mock.calls[0] ?? [];
  expect(sent).toMatchObject({ reference, kind: "error", name: "TypeError", message: null });
  expect(JSON.stringify(sent)).not.toContain("hunter2");
  reportProblem("rejection", "hunter2");
  expect(JSON.stringify(report.mock.calls)).not.toContain("hunter2");
});

test("a message that is known by heart is sent as a word", () => {
  const report = heard();
  reportProblem("error", new Error("ResizeObserver loop completed with undelivered notifications."));
  expect(report.mock.calls[0]?.[0].message).toBe("resizeLoop");
});

test("what nothing catches reaches the log", () => {
  const report = heard();
  hearProblems();
  window.dispatchEvent(new ErrorEvent("error", { error: new RangeError("too far") }));
  expect(report.mock.calls[0]?.[0]).toMatchObject({ kind: "error", name: "RangeError" });
});
