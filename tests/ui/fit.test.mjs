// No text is cut off in the smallest window, in the longer language, and with text enlarged by half.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { screens } from "./screens.mjs";
import { start } from "./support.mjs";

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

/** Finds buttons, tabs and headings whose text is cut off, and a page that became wider than its window. */
const cutOff = (page) =>
  page.evaluate(() => {
    const texts = [...document.querySelectorAll("button, h1, h2, [role=tab], label")];
    const cut = texts.filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1);
    const wide = document.documentElement.scrollWidth > window.innerWidth ? ["page"] : [];
    return [...wide, ...cut.map((each) => each.outerHTML.slice(0, 160))];
  });

// Both sizes are tested in one visit, because opening a screen costs far more than checking it.
for (const { name, rows, go } of await screens("pt-BR")) {
  test(`${name} keeps its words at 960 × 640, and at 1280 × 800 with text at 150 %`, async () => {
    const { page, done } = await browser.open(`${rows.at(-1)},light,pt`, { width: 960, height: 640 });
    await go(page);
    assert.deepEqual(await cutOff(page), [], "960 × 640: nothing is cut off");
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.addStyleTag({ content: "html { font-size: 150% }" });
    await page.evaluate(() => window.dispatchEvent(new Event("resize")));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.deepEqual(await cutOff(page), [], "1280 × 800 with text at 150 %: nothing is cut off");
    await done();
  });
}
