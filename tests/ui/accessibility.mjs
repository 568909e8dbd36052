// Runs axe on every screen and dialogue with no rows, three, and a thousand: all rules in the light theme, and in the
// dark one the rules about colors, because a theme changes only colors. A list draws only the visible rows, so its
// document has the same structure with a thousand rows and with a hundred thousand. Each language has its own file, so
// that the two run in parallel.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { screens } from "./screens.mjs";
import { colorRules, start, violations } from "./support.mjs";

const scenarioWord = { en: "en", "pt-BR": "pt" };

export async function testEveryScreen(language) {
  let browser;
  before(async () => {
    browser = await start();
  });
  after(() => browser.stop());

  for (const { name, rows, go } of await screens(language)) {
    for (const scenario of rows.map((words) => words.replace(/^many\b/, "thousand"))) {
      test(`${name}, ${scenario}, ${language}: axe finds nothing in light and dark`, async () => {
        const { page, done } = await browser.open(`${scenario},${scenarioWord[language]}`);
        await go(page);
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        for (const [theme, rules] of [
          ["light", undefined],
          ["dark", colorRules],
        ]) {
          await page.emulateMedia({ colorScheme: theme });
          await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
          await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
          assert.deepEqual(await violations(page, rules), [], `${theme}: nothing for axe to find`);
        }
        await done();
      });
    }
  }
}
