// axe on every screen and dialogue: both themes, no rows, three rows, a hundred thousand. A language each has its own file,
// so that the two run side by side.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { screens } from "./screens.mjs";
import { start, violations } from "./support.mjs";

const scenarioWord = { en: "en", "pt-BR": "pt" };

export async function testEveryScreen(language) {
  let browser;
  before(async () => {
    browser = await start();
  });
  after(() => browser.stop());

  for (const { name, rows, go } of await screens(language)) {
    for (const scenario of rows) {
      test(`${name}, ${scenario}, ${language}: axe finds nothing in light and dark`, async () => {
        const { page, done } = await browser.open(`${scenario},${scenarioWord[language]}`);
        await go(page);
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        for (const theme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme: theme });
          await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
          await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
          assert.deepEqual(await violations(page), [], `${theme}: nothing for axe to find`);
        }
        await done();
      });
    }
  }
}
