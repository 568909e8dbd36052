// The small pure rules of people, keys, parameters and the audit trail.
import { beforeAll, expect, test } from "vitest";
import { problemsOf } from "../components/fields/NewPassword";
import { makePace } from "../data/activity";
import { formatAction, formatField, formatNoun, formatObject, isoDay } from "../features/audit/format";
import { formatStoredValue } from "../features/audit/storedValues";
import { needsReason } from "../features/credentials/secret/Reason";
import {
  formatParameter,
  formatRange,
  formatValue,
  groupsOf,
  problemOf,
  sameValue,
} from "../features/parameters/values";
import { wordsIn } from "../features/session/RecoverVault";
import { parentOf } from "../features/vault/backupColumns";
import { loadLanguage } from "../i18n";
import type { Action, ParameterKind, ParameterView } from "../ipc";
import { makeFake } from "../ipc/fake";
import { replaceHost } from "../ipc/host";
import { firstPlace, mayGo, permissionOf } from "../screens/places";

beforeAll(async () => {
  await loadLanguage("en");
});

const attempts: ParameterKind = { kind: "integer", minimum: 1, maximum: 10, unit: "attempts" };
const rest: ParameterKind = { kind: "duration", minimum: 60, maximum: 86_400, unit: "seconds" };
const number = <N extends number | string | null>(value: N) => ({ kind: "number" as const, number: value });

test("a number is told with its unit and its range", () => {
  expect(formatValue(attempts, number(3))).toBe("3 attempts");
  expect(formatValue(rest, number(1))).toBe("1 second");
  expect(formatValue(rest, number(86_400))).toBe("86,400 seconds");
  expect(formatRange(rest)).toBe("60 to 86,400 seconds");
  expect(formatRange({ kind: "switch" })).toBeNull();
  expect(formatValue({ kind: "switch" }, { kind: "switch", on: true })).toBe("On");
});

test("a number outside its range, or none at all, is refused before the host is asked", () => {
  for (const wrong of [0, 11, 2.5, Number.NaN, null, "", "2.5", "-3"])
    expect(problemOf(attempts, number(wrong)), String(wrong)).not.toBeNull();
  for (const right of [1, 10]) expect(problemOf(attempts, number(right)), String(right)).toBeNull();
  expect(problemOf({ kind: "switch" }, { kind: "switch", on: false })).toBeNull();
});

test("a parameter of a newer host is called by its name", () => {
  expect(formatParameter("somethingNew", "label")).toBe("somethingNew");
  expect(formatParameter("somethingNew", "help")).toBe("");
  expect(formatParameter("attempts", "label")).toBe("Attempts");
});

test("parameters are searched by what is said of them, and keep their order", async () => {
  const { host } = makeFake("three");
  const answer = await host.commands.parameterList();
  const all = answer.status === "ok" ? answer.data : [];
  expect(groupsOf(all, "").map(([group]) => group)).toEqual([
    "session",
    "secrets",
    "rotation",
    "policies",
    "network",
    "approvals",
    "backups",
    "window",
  ]);
  const found = groupsOf(all, "CLIPBOARD").flatMap(([, parameters]) => parameters.map(({ key }) => key));
  expect(found).toEqual(["clearClipboardAfter"]);
  expect(groupsOf(all, "nothing of the kind")).toEqual([]);
});

test("every parameter has words for what it is and what it does", async () => {
  const { host } = makeFake("three");
  const answer = await host.commands.parameterList();
  for (const { key } of answer.status === "ok" ? answer.data : ([] as ParameterView[])) {
    expect(formatParameter(key, "label"), key).not.toBe(key);
    expect(formatParameter(key, "help"), key).toMatch(/[.!?]$/);
  }
});

test("values are compared by what they are", () => {
  expect(sameValue(number(3), { number: 3, kind: "number" } as never)).toBe(false);
  expect(sameValue(number(3), number(3))).toBe(true);
  expect(sameValue({ kind: "list", items: ["a"] }, { kind: "list", items: ["a", "b"] })).toBe(false);
});

test("reads a day as its first or last moment, and refuses what no calendar has", () => {
  const first = isoDay("2026-03-29", "first");
  const last = isoDay("2026-03-29", "last");
  expect(new Date(first ?? "").getHours()).toBe(0);
  expect(new Date(last ?? "").getMinutes()).toBe(59);
  for (const wrong of ["2026-02-30", "29/03/2026", "2026-3-2", "", "2026-13-01"])
    expect(isoDay(wrong, "first"), wrong).toBeNull();
});

test("says of an entry what is known, and what is not as it was written", () => {
  expect(formatAction("device.hostKeyAccepted")).toBe("Host key accepted");
  expect(formatAction("satellite.launched")).toBe("satellite.launched");
  expect(formatObject("parameter", "attempts")).toBe("Attempts");
  expect(formatObject("credential", "attempts")).toBe("attempts");
  expect(formatNoun("credential")).toBe("Credential");
  expect(formatField("execution.templateId")).toBe("Template");
  expect(formatField("execution.unheardOf")).toBe("execution.unheardOf");
});

test("what an entry keeps in the program's own words is said in the window's language, the rest as it was written", async () => {
  await loadLanguage("pt-BR");
  const kept: [string, string, string, string][] = [
    ["credential.changed", "status", "inactive", "Inativa"],
    ["user.disabled", "status", "disabled", "Desativado"],
    ["user.removed", "status", "removed", "Removido"],
    ["report.exported", "report", "expirations", "Expiração de senhas"],
    ["user.rolesChanged", "roles", "operator, approver", "Operador, Aprovador"],
    ["operation.ended", "state", "succeeded", "Realizada com sucesso"],
    ["operation.canceled", "from", "scheduled", "Agendada"],
    ["operation.requested", "type", "changePassword", "Alteração de senha"],
    ["device.entered", "type", "windows", "Servidor Windows"],
    ["request.decisionRefused", "verdict", "rejected", "Rejeitou"],
    ["request.decisionRefused", "why", "own request", "A solicitação era da própria pessoa"],
    ["audit.broken", "why", "CutTail", "Faltam registros assinados no fim."],
    ["audit.exported", "format", "JsonLines", "JSON Lines"],
    ["operation.refused", "approval", "Refused(NotApproved(Pending))", "As aprovações válidas não bastam"],
    ["operation.refused", "approval", "different", "Foi dada para outro conteúdo"],
    ["backup.made", "reason", "ByHand", "Manual"],
    ["vault.checked", "standing", "Sound", "Íntegro"],
    ["session.signedIn", "with", "recoveryKit", "Kit de recuperação"],
    ["credential.changed", "automaticChange", "true", "Sim"],
    ["parameter.changed", "value", "false", "Desligado"],
  ];
  const shown = kept.map(([action, field, value]) => [action, field, value, formatStoredValue(action, field, value)]);
  await loadLanguage("en");
  expect(shown).toEqual(kept);
  const asWritten: [string, string, string][] = [
    ["credential.changed", "tags", "active, true"],
    ["credential.paused", "reason", "daily"],
    ["credential.changed", "status", "hibernating"],
    ["operation.ended", "failure", "message"],
    ["vault.warningAccepted", "warning", "a.b"],
    ["parameter.changed", "value", "5"],
    ["credential.changed", "username", "password"],
  ];
  for (const [action, field, value] of asWritten) expect(formatStoredValue(action, field, value), field).toBe(value);
  expect(formatStoredValue("operation.ended", "failure", "timedOut")).toMatch(/[.]$/);
});

test("a new password is typed twice", () => {
  expect(Object.keys(problemsOf({ password: "", repeat: "" }))).toEqual(["password", "repeat"]);
  expect(Object.keys(problemsOf({ password: "a b", repeat: "a c" }))).toEqual(["repeat"]);
  expect(problemsOf({ password: "a b", repeat: "a b" })).toEqual({});
});

test("words of a kit may be typed over several lines", () => {
  expect(wordsIn("  anchor\n basket\tcandle ")).toEqual(["anchor", "basket", "candle"]);
});

test("a backup is restored beside the vault that it was made of", () => {
  expect(parentOf("/home/ana/Vaults/Team.vault")).toBe("/home/ana/Vaults");
  expect(parentOf("C:\\Vaults\\Team.vault")).toBe("C:\\Vaults");
});

test("signs of life are told sparsely", () => {
  const due = makePace(20_000);
  expect([0, 19_999, 20_000, 30_000, 40_001].map(due)).toEqual([true, false, true, false, true]);
});

test("a reason is asked for only where a parameter says so", () => {
  const rules = { hasTotp: true, hideAfterSeconds: 30, clearAfterSeconds: 30 };
  expect(needsReason({ ...rules, justification: false, code: false })).toBe(false);
  expect(needsReason({ ...rules, justification: true, code: false })).toBe(true);
  expect(needsReason({ ...rules, justification: false, code: true })).toBe(true);
});

test("one begins where one may look, and nobody is sent where they may not", () => {
  expect(firstPlace(["readCredentials", "readAudit"]).screen).toBe("credentials");
  expect(firstPlace(["readAudit"]).screen).toBe("audit");
  expect(firstPlace(["readBatches", "decide"]).screen).toBe("approvals");
  for (const [screen, needed] of Object.entries(permissionOf)) {
    const at = screen as keyof typeof permissionOf;
    expect(mayGo([], at), screen).toBe(needed.length === 0);
    for (const permission of needed as Action[]) expect(mayGo([permission], at), screen).toBe(true);
  }
});

test("the host that tests use refuses what the program refuses", async () => {
  const { host } = makeFake("three");
  replaceHost(host);
  const refused = async (answer: Promise<{ status: string; error?: { code: string } }>) => (await answer).error?.code;
  expect(await refused(host.commands.userRemove({ id: "u0" }))).toBe("ownUser");
  expect(await refused(host.commands.userSave({ id: "u0", name: "Ana", roles: ["auditor"] }))).toBe(
    "lastAdministrator",
  );
  expect(await refused(host.commands.parameterSave({ key: "attempts", value: number(99) }))).toBe("invalid");
});
