// Number fields with a real keyboard: an emptied field is empty, and the host receives exactly the typed digits.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.mjs";

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const field = (page, name) => page.getByRole("textbox", { name, exact: true });
const to = async (page, name) => {
  await page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
  await page.locator("main h1").first().waitFor();
};
/** Opens the form of a row of the list. */
const edit = async (page, list, row) => {
  await to(page, list);
  await page.getByRole("row", { name: row }).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Edit", exact: false }).first().click();
  return page.getByRole("dialog").last();
};
/** Deletes a field's text from its end, as a person does, and types another. */
const retype = async (page, input, text) => {
  await input.click();
  await page.keyboard.press("End");
  for (const _ of await input.inputValue()) await page.keyboard.press("Backspace");
  assert.equal(await input.inputValue(), "", "an emptied field is empty");
  await page.keyboard.type(text);
  assert.equal(await input.inputValue(), text, "the field shows what was typed");
};
const save = async (form) => {
  await button(form, "Save").click();
  await form.waitFor({ state: "detached" });
};
const policy = (page) =>
  page.evaluate(() => [...window.fakeHost.records.policies.values()].find(({ name }) => name === "Everything else"));

test("a policy of 30 days that is cleared and typed as 7 is saved as 7", async () => {
  const { page, done } = await browser.open("three");
  const form = await edit(page, "Policies", /Everything else/);
  await retype(page, field(form, "Priority"), "5");
  await page.getByRole("tab", { name: "Triggers" }).click();
  await retype(page, field(form.getByRole("region", { name: "Change by period" }), "Every"), "7");
  await save(form);
  const { priority, triggers } = await policy(page);
  assert.deepEqual([priority, triggers.period.every], [5, 7]);
  await done();
});

test("a strength of 20 characters that is cleared and typed as 16 is saved as 16", async () => {
  const { page, done } = await browser.open("three");
  const form = await edit(page, "Strengths", /Read aloud/);
  await retype(page, field(form, "Minimum length"), "16");
  await retype(page, field(form, "Minimum: Digits"), "3");
  await retype(page, field(form, "Passwords that may not be reused"), "7");
  await save(form);
  const rules = await page.evaluate(
    () => [...window.fakeHost.records.strengths.values()].find(({ name }) => name === "Read aloud").rules,
  );
  assert.deepEqual([rules.minimumLength, rules.digits, rules.historyDepth], [16, 3, 7]);
  await done();
});

test("a port that is cleared and typed as 7 is saved as 7, and one that no port can be is told at the field", async () => {
  const { page, done } = await browser.open("three");
  const form = await edit(page, "Devices", /srv-web-02/);
  const port = field(form, "Port");
  for (const wrong of ["65536", "99999999999", "-1", "22.5", "2e3", ""]) {
    await retype(page, port, wrong);
    await button(form, "Save").click();
    await form.getByText("Enter a number from 1 to 65535.").waitFor();
    assert.equal(await form.getByText("Something unexpected happened.").count(), 0);
  }
  await retype(page, port, "7");
  assert.equal(await form.getByText("Enter a number from 1 to 65535.").count(), 0);
  await save(form);
  const ports = await page.evaluate(
    () => [...window.fakeHost.records.devices.values()].find(({ name }) => name === "srv-web-02").connectivities,
  );
  assert.deepEqual(ports, [{ plugin: "ssh", port: 7, transport: "plain", fields: {} }]);
  await done();
});

test("an emptied required number is refused at its field, and an emptied one that may be empty is saved as none", async () => {
  const { page, done } = await browser.open("three");
  const form = await edit(page, "Policies", /Everything else/);
  await page.getByRole("tab", { name: "Attempts and times" }).click();
  await retype(page, field(form, "Attempts"), "4");
  await retype(page, field(form, "Attempts"), "");
  await page.getByRole("tab", { name: "Triggers" }).click();
  const every = field(form.getByRole("region", { name: "Change by period" }), "Every");
  await retype(page, every, "");
  await button(form, "Save").click();
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
  await form.getByText("Enter a number from 1 to 3650.").waitFor();
  assert.equal((await policy(page)).triggers.period.every, 30, "nothing was saved");
  await page.keyboard.type("45");
  await save(form);
  const { overrides, triggers } = await policy(page);
  assert.deepEqual([overrides.attempts, triggers.period.every], [null, 45]);
  await done();
});

test("what is pasted is kept as it is, and told when it is no whole number", async () => {
  const { page, done } = await browser.open("three");
  const form = await edit(page, "Devices", /srv-web-02/);
  const port = field(form, "Port");
  for (const [pasted, shown] of [
    ["22.5", "22.5"],
    ["-1", "-1"],
    ["1,022", "1,022"],
  ]) {
    await port.fill("");
    await port.evaluate((input, text) => {
      input.focus();
      document.execCommand("insertText", false, text);
    }, pasted);
    assert.equal(await port.inputValue(), shown);
    await form.getByText("Enter a whole number.").waitFor();
  }
  await done();
});

test("approvers and parameters take the digits that were typed", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Approvers");
  await retype(page, field(page, "Rejections that end a request"), "2");
  await button(page, "Save approvers").click();
  await page.waitForFunction(() => window.fakeHost.approvers.rejectionsToEnd === 2);
  await to(page, "Parameters");
  const row = page.getByRole("form", { name: "Lock when idle", exact: true }).first();
  await retype(page, row.getByRole("textbox"), "7");
  await button(row, "Save").click();
  await page.waitForFunction(() => window.fakeHost.parameters.some(({ value }) => value.number === 7));
  await done();
});
