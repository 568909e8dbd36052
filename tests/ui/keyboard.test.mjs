// The window by keyboard: the palette, the search, the tables, the lock, and the place of the focus afterwards.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.mjs";

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

const ready = (page) => page.locator('[role="grid"][aria-busy="false"]').waitFor();
const to = async (page, name) => {
  await page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
  await ready(page);
};
const palette = (page) => page.getByRole("combobox", { name: "Go to or do…" });
const focusIsIn = (page, selector) =>
  page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
const gone = (page) => page.getByRole("dialog").waitFor({ state: "detached" });

for (const key of ["Control", "Meta"]) {
  test(`${key}+K opens the palette, Escape leaves it, and the focus is where it was`, async () => {
    const { page, done } = await browser.open("three");
    await to(page, "Devices");
    await page.getByRole("grid").focus();
    await page.keyboard.press(`${key}+k`);
    await focusIsIn(page, '[role="combobox"]');
    await page.keyboard.type("srv");
    await page.keyboard.press("Escape");
    await gone(page);
    await focusIsIn(page, '[role="grid"]');
    await done();
  });

  test(`${key}+L locks the vault`, async () => {
    const { page, done } = await browser.open("three");
    await to(page, "Credentials");
    await page.keyboard.press(`${key}+l`);
    await page.getByRole("heading", { name: "Vault locked" }).waitFor();
    assert.equal(await page.getByText("srv-db-01").count(), 0, "nothing of it stays in the window");
    await done();
  });
}

test("the arrows walk round the palette, and what is active is in sight", async () => {
  const { page, done } = await browser.open("three");
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  const active = () =>
    page.evaluate(() => {
      const chosen = document.querySelector('[role="option"][aria-selected="true"]');
      const box = chosen.getBoundingClientRect();
      const around = chosen.parentElement.getBoundingClientRect();
      const inSight = box.top >= around.top - 1 && box.bottom <= around.bottom + 1;
      return { id: chosen.id, inSight };
    });
  const last = (await page.getByRole("option").count()) - 1;
  assert.deepEqual(await active(), { id: "palette-0", inSight: true });
  await page.keyboard.press("ArrowUp");
  assert.deepEqual(await active(), { id: `palette-${last}`, inSight: true });
  assert.equal(await palette(page).getAttribute("aria-activedescendant"), `palette-${last}`);
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await active(), { id: "palette-0", inSight: true });
  await done();
});

test("the palette acts on a credential: its change is asked for with it chosen", async () => {
  const { page, done } = await browser.open("three");
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await page.keyboard.press("Control+k");
  await palette(page).fill("root");
  await page.getByRole("option", { name: /^root on srv-db-01 Request password change/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Request password change" }).waitFor();
  await page.getByText("1 selected").waitFor();
  await done();
});

test("the palette offers nobody what their role may not do", async () => {
  const { page, done } = await browser.open("three,auditor");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await palette(page).fill("root");
  await page.getByRole("option", { name: /^root on srv-db-01/ }).waitFor();
  assert.equal(await page.getByRole("option", { name: /Request password change/ }).count(), 0);
  await done();
});

test("a slash goes to the search from the list, and is a slash in a field", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await page.getByRole("grid").focus();
  await page.keyboard.press("/");
  await focusIsIn(page, '[type="search"]');
  await page.keyboard.type("srv/");
  assert.equal(await page.getByRole("searchbox").inputValue(), "srv/");
  await page.getByRole("searchbox").fill("deploy");
  await page.waitForFunction(() => document.querySelector('[data-testid="count"]')?.textContent === "1");
  await page.keyboard.press("Enter");
  await focusIsIn(page, '[role="grid"]');
  await done();
});

test("the right mouse button opens the very menu of the row's button, and Escape gives the focus back", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  const items = async () => {
    await page.getByRole("menu").waitFor();
    const texts = await page.getByRole("menuitem").allTextContents();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await focusIsIn(page, '[role="grid"]');
    return texts;
  };
  const row = page.getByRole("row", { name: /deploy/ });
  await row.getByRole("button").click();
  const byButton = await items();
  await row.click({ button: "right" });
  assert.deepEqual(await items(), byButton);
  assert.ok(byButton.includes("Reconcile credential"), "what may be done depends on the state");
  await done();
});

test("Enter opens a row, Escape closes one thing at a time, and the focus goes back to the list", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await page.getByRole("grid").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "deploy on srv-web-02" }).waitFor();
  await page.getByRole("button", { name: "Pause", exact: true }).focus();
  await page.keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: "Pause deploy on srv-web-02?" });
  await question.waitFor();
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await page.getByRole("dialog", { name: "deploy on srv-web-02" }).waitFor();
  await page.keyboard.press("Escape");
  await gone(page);
  await focusIsIn(page, '[role="grid"]');
  await done();
});

test("a list is found as it was left, and not after the vault was locked", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await page.getByRole("searchbox").fill("deploy");
  await page.waitForFunction(() => document.querySelector('[data-testid="count"]')?.textContent === "1");
  await page.getByRole("columnheader", { name: "Username" }).getByRole("button").click();
  await to(page, "Devices");
  assert.equal(await page.getByRole("searchbox").inputValue(), "", "each list has its own");
  await to(page, "Credentials");
  assert.equal(await page.getByRole("searchbox").inputValue(), "deploy");
  assert.equal(await page.getByRole("columnheader", { name: "Username" }).getAttribute("aria-sort"), "descending");
  await page.keyboard.press("Control+l");
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await to(page, "Credentials");
  assert.equal(await page.getByRole("searchbox").inputValue(), "");
  await done();
});

test("the audit trail and the request of a change are found as they were left as well", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Audit trail");
  const all = await page.getByTestId("count").textContent();
  await page.getByRole("grid").getByText("root on srv-db-01").first().click();
  await page.getByRole("button", { name: "All entries on this object" }).click();
  await page.waitForFunction((all) => document.querySelector('[data-testid="count"]')?.textContent !== all, all);
  await page.getByLabel("From (year-month-day)").fill("2020-01-31");
  await page.getByRole("button", { name: "Clear filters" }).waitFor();
  const left = page.locator("main .mantine-Pill-label");
  const about = await left.textContent();
  await to(page, "Request password change");
  await page.getByRole("searchbox").fill("deploy");
  await page.waitForFunction(() => document.querySelector('[data-testid="count"]')?.textContent === "1");
  await to(page, "Audit trail");
  assert.equal(await left.textContent(), about, "it names what it is about");
  assert.equal(await page.getByLabel("From (year-month-day)").inputValue(), "2020-01-31");
  assert.notEqual(await page.getByTestId("count").textContent(), all);
  await to(page, "Request password change");
  assert.equal(await page.getByRole("searchbox").inputValue(), "deploy");
  assert.equal(await page.getByTestId("count").textContent(), "1");
  await done();
});
