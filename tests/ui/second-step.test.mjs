// The second step of a sign-in, and the end of a form whose user has left.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.mjs";

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const field = (page, name) => page.getByLabel(name, { exact: true });
const account = (page, name) => page.getByRole("button", { name: new RegExp(`^Account: ${name}`) });

test("the authenticator's code is asked for after the password, and the keyboard alone is enough", async () => {
  const { page, done } = await browser.open("locked,three,authenticator");
  await field(page, "Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Authenticator code" }).waitFor();
  assert.equal(await page.getByRole("navigation").count(), 0, "nothing of the vault is in the window");
  assert.equal(await page.getByLabel("Password", { exact: true }).count(), 0, "nor the password");
  await page.waitForFunction(() => document.activeElement?.getAttribute("autocomplete") === "one-time-code");
  await page.keyboard.press("Enter");
  await page.getByText("Type the six digits.").waitFor();
  await page.keyboard.type("111 111");
  await page.keyboard.press("Enter");
  await page.getByText("The code is wrong or was already used.", { exact: false }).waitFor();
  assert.equal(await field(page, "Code").getAttribute("aria-invalid"), "true", "it is said at the field");
  await page.waitForFunction(() => document.activeElement?.getAttribute("autocomplete") === "one-time-code");
  await page.keyboard.type("123456");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await done();
});

test("the code is asked for at a locked window too, and going back leads to the password", async () => {
  const { page, done } = await browser.open("atlock,authenticator");
  await field(page, "Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Authenticator code" }).waitFor();
  await button(page, "Back").click();
  await page.getByRole("heading", { name: "Vault locked" }).waitFor();
  assert.equal(await field(page, "Password").inputValue(), "", "it is typed again");
  await done();
});

test("a code step and recovery words are left alone for ten minutes, and no longer", async () => {
  for (const begin of [
    async (page) => {
      await field(page, "Password").fill("correct horse");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Authenticator code" }).waitFor();
    },
    async (page) => {
      await button(page, "Forgot the password?").click();
      await field(page, "Recovery words").fill("abandon ability able");
    },
  ]) {
    const { page, done } = await browser.open("locked,three,authenticator");
    await page.clock.install();
    await begin(page);
    await page.clock.runFor("09:50");
    assert.equal(await page.getByRole("heading", { name: "Unlock vault" }).count(), 0, "not yet");
    await page.clock.runFor("00:20");
    await page.getByRole("heading", { name: "Unlock vault" }).waitFor();
    assert.equal(await page.getByText("abandon").count(), 0, "nothing of it is left");
    await done();
  }
});

test("an authenticator is replaced and removed with a code of it", async () => {
  const { page, done } = await browser.open("three");
  await account(page, "Ana").click();
  await page.getByRole("menuitem", { name: "My account", exact: true }).click();
  await button(page, "Remove authenticator").click();
  const dialog = page.getByRole("dialog");
  await field(dialog, "Your password").fill("correct horse");
  assert.ok(await button(dialog, "Remove authenticator").isDisabled(), "the password alone is not enough");
  await field(dialog, "Code").fill("111111");
  await button(dialog, "Remove authenticator").click();
  await dialog.getByText("The code is wrong or was already used.", { exact: false }).waitFor();
  await field(dialog, "Code").fill("123456");
  await button(dialog, "Remove authenticator").click();
  await page.getByText("The authenticator was removed").waitFor();
  await button(page, "Set up authenticator").waitFor();
  await done();
});
