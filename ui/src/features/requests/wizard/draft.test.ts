// The wizard without a window: its steps, when a step can be left, and that no input is lost.
import { expect, test } from "vitest";
import type { CredentialFilter } from "../../../ipc";
import { begin, canGo, draftOf, isBegun, missingIn, stepsOf, type Wizard, type WizardAction, wizard } from "./draft";

const play = (actions: WizardAction[], from: Wizard = begin(null)) => actions.reduce(wizard, from);
const chosen = play([
  { type: "choose", action: "update" },
  { type: "next" },
  { type: "add", ids: ["a", "b", "a"] },
  { type: "next" },
]);

test("only an update has fields to fill in", () => {
  expect(stepsOf("update")).toContain("fields");
  for (const action of ["inactivate", "activate", "expire"] as const) expect(stepsOf(action)).not.toContain("fields");
});

test("goes no further than what the step needs", () => {
  expect(play([{ type: "next" }]).step, "no type yet").toBe("type");
  const typed = play([{ type: "choose", action: "expire" }, { type: "next" }, { type: "next" }]);
  expect(typed.step, "nothing picked yet").toBe("credentials");
  expect(canGo(typed, "review")).toBe(false);
  expect(wizard(typed, { type: "go", step: "review" })).toBe(typed);
  expect(play([{ type: "add", ids: ["a"] }, { type: "next" }], typed).step, "no fields to fill in").toBe("review");
});

test("picks each credential once, in the order in which it was picked", () => {
  expect(chosen.ids).toEqual(["a", "b"]);
  expect(
    play(
      [
        { type: "add", ids: ["c", "b"] },
        { type: "remove", ids: ["a"] },
      ],
      chosen,
    ).ids,
  ).toEqual(["b", "c"]);
});

test("changes only the fields that are switched on", () => {
  const state = play(
    [
      { type: "set", values: { domain: " LAB ", tags: ["x"] } },
      { type: "modify", field: "domain", on: true },
    ],
    chosen,
  );
  const { update } = draftOf(state);
  expect(update?.domain).toBe("LAB");
  expect(update?.tags, "typed, but not switched on").toBeNull();
  expect(update?.passwordType).toBeNull();
});

test("back and forth, and off and on again, loses nothing", () => {
  const filled = play(
    [
      { type: "modify", field: "domain", on: true },
      { type: "set", values: { domain: "LAB" } },
      { type: "next" },
      { type: "next" },
      { type: "reason", text: "because" },
    ],
    chosen,
  );
  expect(filled.step).toBe("reason");
  const back = play([{ type: "back" }, { type: "back" }, { type: "back" }, { type: "back" }], filled);
  expect(back.step).toBe("type");
  const other = play([{ type: "choose", action: "expire" }, { type: "next" }], back);
  expect(draftOf(other).update, "expiring has no fields").toBeNull();
  const again = play(
    [
      { type: "choose", action: "update" },
      { type: "modify", field: "domain", on: false },
      { type: "modify", field: "domain", on: true },
      { type: "go", step: "reason" },
    ],
    other,
  );
  expect(again).toEqual(filled);
});

test("tells what is missing, and does not move on without it", () => {
  const state = play(
    [
      { type: "modify", field: "deviceId", on: true },
      { type: "modify", field: "passwordChange", on: true },
      { type: "modify", field: "reconciliation", on: true },
      { type: "set", values: { connectAs: "access" } },
      { type: "next" },
    ],
    chosen,
  );
  expect(state.step).toBe("fields");
  expect(missingIn(state)).toEqual([
    "device",
    "changePlugin",
    "changeTemplate",
    "access",
    "reconcileBy",
    "reconcilePlugin",
    "reconcileTemplate",
  ]);
  const off = wizard(state, { type: "set", values: { automaticChange: false, reconcile: false } });
  expect(missingIn(off), "what is turned off needs no more").toEqual(["device"]);
  expect(draftOf(off).update?.passwordChange).toEqual({
    automaticChange: false,
    pluginId: null,
    templateId: null,
    connectAs: "own",
    accessCredentialId: null,
  });
});

test("adding no tags is nothing to ask for, replacing all by none is", () => {
  const state = play([{ type: "modify", field: "tags", on: true }], chosen);
  expect(missingIn(state)).toEqual(["tags"]);
  const replaced = wizard(state, { type: "set", values: { tagsMode: "replace" } });
  expect(missingIn(replaced)).toEqual([]);
  expect(draftOf(replaced).update?.tags).toEqual({ mode: "replace", tags: [] });
});

test("what was chosen as everything that matches becomes ids when the type is known", () => {
  const from = begin({ filter: { text: "srv" } as CredentialFilter, except: ["c"] });
  expect(isBegun(from)).toBe(false);
  const known = wizard(from, { type: "matched", ids: ["a", "b"] });
  expect(known.matching).toBeNull();
  expect(known.ids).toEqual(["a", "b"]);
});
