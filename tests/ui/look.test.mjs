// Visible flaws that no other test would find: heights, edges, cut-off text, and elements that move.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.mjs";

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

const to = async (page, name) => {
  await page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
  await page.locator('[role="grid"][aria-busy="false"]').waitFor();
};
const enlarge = async (page) => {
  await page.addStyleTag({ content: "html { font-size: 150% }" });
  await page.evaluate(() => window.dispatchEvent(new Event("resize")));
};

test("a row is 36 pixels high, holds its two lines whole, and grows with the text", async () => {
  const { page, done } = await browser.open("many");
  await to(page, "Credentials");
  const measure = () =>
    page.evaluate(() => {
      const [first, second] = [...document.querySelectorAll('[role="row"][aria-rowindex]')].slice(1);
      const cell = first.querySelectorAll('[role="gridcell"]')[1];
      const apart = second.getBoundingClientRect().top - first.getBoundingClientRect().top;
      return { apart, fits: cell.firstElementChild.getBoundingClientRect().height <= apart - 1 };
    });
  assert.deepEqual(await measure(), { apart: 36, fits: true });
  await enlarge(page);
  await page.waitForFunction(() => document.querySelector('[role="row"][aria-rowindex="2"]').clientHeight > 50);
  assert.deepEqual(await measure(), { apart: 54, fits: true });
  await done();
});

for (const [what, size] of [
  ["the lowest window", { width: 960, height: 640 }],
  ["an ordinary window", { width: 1280, height: 800 }],
]) {
  test(`every place of the sidebar is in sight in ${what}, in one line each`, async () => {
    for (const language of ["en", "pt"]) {
      const { page, done } = await browser.open(`three,${language}`, size);
      const entries = page.getByRole("navigation").locator("section button");
      await entries.first().waitFor();
      const bad = await entries.evaluateAll((all) => {
        const foot = document.querySelector("nav > :last-child").getBoundingClientRect();
        const wrong = (entry) => {
          const box = entry.getBoundingClientRect();
          return box.bottom > foot.top || box.height > 32;
        };
        return all.filter(wrong).map((entry) => entry.textContent);
      });
      assert.deepEqual(bad, [], language);
      await done();
    }
  });
}

test("where one went is in sight in the sidebar even with enlarged text", async () => {
  const { page, done } = await browser.open("three", { width: 960, height: 640 });
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await enlarge(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to or do…" }).fill("vault");
  await page.getByRole("option", { name: /^Vault/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Vault", level: 1 }).waitFor();
  await page.waitForFunction(() => {
    const here = document.querySelector('nav [aria-current="page"]').getBoundingClientRect();
    return here.bottom <= document.querySelector("nav > :last-child").getBoundingClientRect().top + 1;
  });
  await done();
});

test("what does not fit into its cell is told whole on hover, what fits is not", async () => {
  const { page, done } = await browser.open("three", { width: 960, height: 640 });
  await to(page, "Operations");
  const cell = page.getByRole("gridcell").filter({ hasText: /^The device refused/ });
  await cell.hover();
  assert.equal(await cell.getAttribute("title"), "The device refused the new password.");
  const state = page.getByRole("gridcell").filter({ hasText: /^Error$/ });
  await state.hover();
  assert.equal((await state.getAttribute("title")) ?? "", "");
  await done();
});

test("numbers stand beneath the end of their column's name", async () => {
  const { page, done } = await browser.open("many");
  await to(page, "Attempts");
  const ends = await page.evaluate(() => {
    const end = (element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
      return Math.round(Math.max(...boxes.map((box) => box.right)));
    };
    const header = [...document.querySelectorAll('[role="columnheader"]')].findIndex(
      (each) => each.textContent === "Code",
    );
    const name = document.querySelectorAll('[role="columnheader"]')[header].querySelector("button").firstChild;
    const row = document.querySelector('[role="row"][aria-rowindex="2"]');
    return [end(name), end(row.querySelectorAll('[role="gridcell"]')[header])];
  });
  assert.equal(ends[0], ends[1]);
  await done();
});

test("where a credential stands has its icon beside the word in the report of password expiration", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Password expiration");
  const words = ["Within policy", "Overdue", "In error", "Out of sync", "Without policy", "Never changed"];
  const cells = page.getByRole("gridcell", { name: new RegExp(`^(${words.join("|")})$`) });
  assert.ok((await cells.count()) > 1);
  assert.equal(await cells.filter({ has: page.locator("svg") }).count(), await cells.count());
  await done();
});

test("the code of an operation is its name, written without separators wherever it stands", async () => {
  const { page, done } = await browser.open("many");
  for (const place of ["Operations", "Attempts"]) {
    await to(page, place);
    const column = page.getByRole("columnheader", { name: "Code", exact: true });
    while ((await column.getAttribute("aria-sort")) !== "descending") await column.getByRole("button").click();
    const headers = await page.getByRole("columnheader").allTextContents();
    const row = page.locator('[role="row"][aria-rowindex="2"]');
    const cell = row.getByRole("gridcell").nth(headers.indexOf("Code"));
    await cell.filter({ hasText: /\d\W?\d{3}/ }).waitFor();
    const code = await cell.textContent();
    assert.match(code, /^\d{4,}$/, place);
    await row.getByText(code, { exact: true }).click();
    const reported = await page
      .getByRole("dialog")
      .getByText(/operation \d/i)
      .first()
      .textContent();
    assert.match(reported, /\boperation \d{4,}$/i, place);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await done();
});
