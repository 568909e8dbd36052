// Selecting rows, one by one and all at once, across pages that are not loaded.
import { expect, test } from "vitest";
import { fitting } from "./columns";
import { countSelected, isSelected, nothingSelected, selectionReducer } from "./selection";

test("toggles rows by id", () => {
  const one = selectionReducer(nothingSelected, { type: "toggle", id: "a" });
  expect(isSelected(one, "a")).toBe(true);
  expect(countSelected(one, 1_000_000)).toBe(1);
  expect(countSelected(selectionReducer(one, { type: "toggle", id: "a" }), 9)).toBe(0);
});

test("selects everything that matches but what is taken out again", () => {
  const all = selectionReducer(nothingSelected, { type: "allMatching" });
  const allButOne = selectionReducer(all, { type: "toggle", id: "b" });
  expect(isSelected(allButOne, "never loaded")).toBe(true);
  expect(isSelected(allButOne, "b")).toBe(false);
  expect(countSelected(allButOne, 1_000_000)).toBe(999_999);
  expect(countSelected(selectionReducer(allButOne, { type: "toggle", id: "b" }), 10)).toBe(10);
});

test("sets a run of rows on and off in both ways of choosing", () => {
  const on = selectionReducer(nothingSelected, { type: "set", ids: ["a", "b"], selected: true });
  expect(countSelected(on, 5)).toBe(2);
  expect(countSelected(selectionReducer(on, { type: "set", ids: ["a", "b"], selected: false }), 5)).toBe(0);
  const all = selectionReducer(nothingSelected, { type: "allMatching" });
  expect(countSelected(selectionReducer(all, { type: "set", ids: ["a", "b"], selected: false }), 5)).toBe(3);
});

test("leaves the state it was given as it was", () => {
  const before = selectionReducer(nothingSelected, { type: "toggle", id: "a" });
  selectionReducer(before, { type: "toggle", id: "b" });
  expect(isSelected(before, "b")).toBe(false);
  expect(countSelected(nothingSelected, 3)).toBe(0);
});

test("spares the least important columns where there is no room, and never the others", () => {
  const columns = [
    { id: "name", width: 10 },
    { id: "site", width: 10, spare: 1 },
    { id: "tags", width: 10, spare: 2 },
  ];
  const ids = (room: number) => fitting(columns, false, room).map(({ id }) => id);
  expect(ids(40)).toEqual(["name", "site", "tags"]);
  expect(ids(30)).toEqual(["name", "site"]);
  expect(ids(5)).toEqual(["name"]);
});
