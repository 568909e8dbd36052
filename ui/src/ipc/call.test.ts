// Calls to the host: answers, typed errors, and texts that must never be shown.
import { afterEach, expect, test, vi } from "vitest";
import { CommandFailure, call, failureOf } from ".";
import { makeFake } from "./fake";
import { replaceHost } from "./host";

afterEach(() => vi.restoreAllMocks());

function hostAnswering(answer: () => unknown) {
  const { host } = makeFake("three");
  replaceHost({ ...host, commands: { ...host.commands, vaultUnlock: answer as typeof host.commands.vaultUnlock } });
}
const unlock = () => call("vaultUnlock", { path: "/v", userName: "Ana", password: "s3cret", keyFile: null });

test("answers the data of a command", async () => {
  const { host } = makeFake("three");
  replaceHost(host);
  expect((await call("pluginList")).map(({ id }) => id)).toEqual(["ssh"]);
});

test("throws the typed error of a refused command", async () => {
  hostAnswering(() => Promise.resolve({ status: "error", error: { code: "wrongPassword" } }));
  await expect(unlock()).rejects.toSatisfy((thrown) => failureOf(thrown).code === "wrongPassword");
});

test.each([
  ["a bare text as the error", () => Promise.resolve({ status: "error", error: "invalid args: s3cret" })],
  ["a rejected promise", () => Promise.reject("invalid args: s3cret")],
  ["a thrown exception", () => Promise.reject(new Error("s3cret"))],
  ["no answer at all", () => Promise.resolve(undefined)],
])("turns %s into `internal` and never repeats it", async (_, answer) => {
  const logs = (["log", "warn", "error"] as const).map((level) => vi.spyOn(console, level));
  hostAnswering(answer);
  const thrown: unknown = await unlock().catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(CommandFailure);
  expect(failureOf(thrown)).toEqual({ code: "internal", reference: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{8}$/) });
  expect(`${String(thrown)} ${JSON.stringify(thrown)} ${(thrown as Error).stack}`).not.toContain("s3cret");
  for (const log of logs) expect(log).not.toHaveBeenCalled();
});
