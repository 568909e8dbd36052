// axe on every screen and dialogue with no rows, three, and a thousand: every rule in the light theme, and in the dark one
// those that look at colors, which are all that a theme changes. A list draws the rows in sight and no others, so that
// its document is the same kind with a thousand rows and with a hundred thousand. A language each has its own file, so
// that the two run side by side.
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
