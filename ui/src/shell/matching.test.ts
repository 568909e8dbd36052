// The matching of the palette.
import { expect, test } from "vitest";
import { matchesWords } from "./matching";

test("the palette finds by the beginnings of words, accents aside", () => {
  expect(matchesWords("Solicitar alteração de senha", "alt sen")).toBe(true);
  expect(matchesWords("Início", "ini")).toBe(true);
  expect(matchesWords("Operations", "rations")).toBe(false);
});
