// Nothing is lost in the smallest window, in the longer language, with text enlarged by half.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { screens } from "./screens.mjs";
import { start } from "./support.mjs";

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

/** Buttons, tabs and headings whose words are cut off, and a page that became wider than its window. */
const cutOff = (page) =>
  page.evaluate(() => {
    const texts = [...document.querySelectorAll("button, h1, h2, [role=tab], label")];
    const cut = texts.filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1);
    const wide = document.documentElement.scrollWidth > window.innerWidth ? ["page"] : [];
    return [...wide, ...cut.map((each) => each.outerHTML.slice(0, 160))];
  });

describe("nothing is lost", { concurrency: true }, () => {
  for (const [what, enlarge] of [
    ["960 × 640", false],
    ["1280 × 800 with text at 150 %", true],
  ]) {
    test(`every screen keeps its words at ${what}`, async () => {
      for (const { name, rows, go } of await screens("pt-BR")) {
        const size = enlarge ? { width: 1280, height: 800 } : { width: 960, height: 640 };
        const { page, done } = await browser.open(`${rows.at(-1)},light,pt`, size);
        if (enlarge) {
          await page.addStyleTag({ content: "html { font-size: 150% }" });
          await page.evaluate(() => window.dispatchEvent(new Event("resize")));
        }
        await go(page);
        assert.deepEqual(await cutOff(page), [], `${name}: nothing is cut off`);
        await done();
      }
    });
  }
});
