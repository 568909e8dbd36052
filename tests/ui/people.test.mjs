// Accounts and people in the window: signing in and out, keys, users, parameters, and the audit trail.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.mjs";

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const account = (page, name) => page.getByRole("button", { name: new RegExp(`^Account: ${name}`) });
const field = (page, name) => page.getByLabel(name, { exact: true });
const ready = (page) => page.locator('[role="grid"][aria-busy="false"]').waitFor();
const home = (page) => page.getByRole("heading", { name: "Home" }).waitFor();
const to = (page, name) => page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
const menuOf = (page, name) => page.getByRole("row", { name }).getByRole("button").last().click();
const item = (page, name) => page.getByRole("menuitem", { name, exact: true }).click();
const gone = (page) => page.getByRole("dialog").first().waitFor({ state: "detached" });
const places = (page) => page.getByRole("navigation").locator("section").getByRole("button").allTextContents();

test("somebody with a one-time password chooses their own before anything else", async () => {
  const { page, done } = await browser.open("locked,three");
  await field(page, "Your name").fill("Carla");
  await field(page, "Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Choose your password" }).waitFor();
  assert.equal(await page.getByRole("navigation").count(), 0, "nothing of the vault is in the window");
  await field(page, "New password").fill("correct horse");
  await field(page, "Repeat password").fill("correct house");
  await button(page, "Set password").click();
  await page.getByText("The two passwords differ.").waitFor();
  await field(page, "Repeat password").fill("correct horse");
  await button(page, "Set password").click();
  await page.getByText("The new password equals the old one.").waitFor();
  await field(page, "New password").fill("quite another one");
  await field(page, "Repeat password").fill("quite another one");
  await button(page, "Set password").click();
  await page.getByRole("navigation").waitFor();
  await done();
});

test("the locked window says who locked it and that work goes on, and lets another person in", async () => {
  const { page, done } = await browser.open("three,approver");
  await page.getByRole("navigation").waitFor();
  await account(page, "Ana").click();
  await item(page, "Switch user");
  await page.getByText("Ana locked Infrastructure", { exact: false }).waitFor();
  await page.getByText("Password changes continue.", { exact: false }).waitFor();
  await field(page, "Your name").fill("Bruno");
  await field(page, "Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await account(page, "Bruno").waitFor();
  await done();
});

test("the locked window hears what becomes of the work", async () => {
  const { page, done } = await browser.open("atlock");
  await page.getByText("Password changes continue.", { exact: false }).waitFor();
  await page.evaluate(() =>
    window.fakeHost.events.executorChanged.emit({ executor: { state: "waitingForOperator", running: 0, waiting: 7 } }),
  );
  await page.getByText("Changes wait for an operator to unlock the vault. 7 operations are waiting.").waitFor();
  await done();
});

test("unlocks with this desktop, and says so when the key is gone", async () => {
  const { page, done } = await browser.open("locked,three,desktopkey");
  await button(page, "Unlock with this desktop").click();
  await home(page);
  await done();
  const other = await browser.open("locked,three");
  await field(other.page, "Password").waitFor();
  assert.equal(await button(other.page, "Unlock with this desktop").count(), 0, "not offered without a key");
  await other.done();
});

test("a chosen key file can be taken back, and belongs to the vault that it was chosen for", async () => {
  const { page, done } = await browser.open("locked,three");
  const keyFile = page.getByRole("textbox", { name: "Key file" });
  const choose = async () => {
    await button(page, "Use a key file").click();
    await button(page, "Choose key file").click();
    assert.equal(await keyFile.inputValue(), "/media/usb/ana.chaveiro-key");
  };
  await choose();
  await button(page, "Use no key file").click();
  assert.equal(await keyFile.inputValue(), "", "no key file is used");
  assert.equal(await button(page, "Use no key file").count(), 0, "there is nothing left to take back");
  await button(page, "Choose key file").click();
  await page.getByRole("radio", { name: "Branch offices" }).check();
  assert.equal(await keyFile.inputValue(), "", "another vault has another one, or none");
  await done();
});

test("at a locked window a chosen key file is not kept for another person", async () => {
  const { page, done } = await browser.open("atlock");
  const keyFile = page.getByRole("textbox", { name: "Key file" });
  await button(page, "Use a key file").click();
  await button(page, "Choose key file").click();
  assert.equal(await keyFile.inputValue(), "/media/usb/ana.chaveiro-key");
  await button(page, "Sign in as another user").click();
  await field(page, "Your name").waitFor();
  assert.equal(await keyFile.count(), 0, "it was the other person's");
  await done();
});

test("signs out after asking, and says what it still waits for", async () => {
  const { page, done } = await browser.open("three,slow");
  await home(page);
  await account(page, "Ana").click();
  await item(page, "Sign out");
  await button(page.getByRole("dialog"), "Sign out").click();
  await page.getByText("Operation 12: root on srv-db-01", { exact: false }).waitFor();
  await page.getByRole("heading", { name: "Unlock vault" }).waitFor();
  assert.equal(await page.getByText("srv-db-01").count(), 0, "nothing of the vault stays");
  await done();
});

test("while the program ends it says over everything what it waits for", async () => {
  for (const scenario of ["three", "locked,three"]) {
    const { page, done } = await browser.open(scenario);
    await page.getByRole("heading").first().waitFor();
    await page.evaluate(() => {
      // The event may arrive before the page has loaded the component that shows it.
      window.fakeHost.events.quitting.emit({});
      window.fakeHost.events.signingOut.emit({
        waitingFor: [{ code: 12, label: "root on srv-db-01", step: "applied" }],
      });
    });
    const dialog = page.getByRole("dialog", { name: "Closing Chaveiro" });
    await dialog.getByText("Operation 12: root on srv-db-01", { exact: false }).waitFor();
    await page.keyboard.press("Escape");
    await page.evaluate(() => window.fakeHost.events.signingOut.emit({ waitingFor: [] }));
    await dialog.getByText("Operation 12").waitFor({ state: "detached" });
    assert.ok(await dialog.isVisible(), "it cannot be put away");
    await done();
  }
});

test("opens with the recovery kit and gives an administrator a new password", async () => {
  const { page, done } = await browser.open("locked,three");
  await button(page, "Forgot the password?").click();
  await page.getByLabel("Recovery words").fill("anchor b4sket candle");
  await button(page, "Open").click();
  await page.getByText("Word 2 is not in any recovery kit.").waitFor();
  await page.getByLabel("Recovery words").fill(Array(24).fill("Anchor").join("\n "));
  await button(page, "Open").click();
  await field(page, "New password").fill("four unrelated words");
  await field(page, "Repeat password").fill("four unrelated words");
  await button(page, "Set password").click();
  await home(page);
  await done();
});

test("a damaged vault names its newest good backup and restores it beside", async () => {
  const { page, done } = await browser.open("locked,damagedfile,usb");
  await field(page, "Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByText(/^Newest good backup: /).waitFor();
  await page.getByLabel("Name of the restored vault").fill("Old customer");
  await button(page, "Choose folder").click();
  await button(page, "Restore backup").click();
  await page.getByText("There is already a vault at /media/usb/Old customer.vault.").waitFor();
  await page.getByLabel("Name of the restored vault").fill("Rescued");
  await button(page, "Restore backup").click();
  assert.ok(await page.getByRole("radio", { name: /Rescued/ }).isChecked(), "the restored vault is chosen");
  await done();
});

test("a vault set back to an earlier state says so, naming both, until somebody knows why", async () => {
  const { page, done } = await browser.open("three,rolledback");
  await page.getByText("This vault was set back to an earlier state").waitFor();
  await page.getByText("3,120 audit entries", { exact: false }).waitFor();
  await page.getByText("2,987 audit entries", { exact: false }).waitFor();
  await button(page, "Give reason").click();
  const dialog = page.getByRole("dialog");
  await button(dialog, "Give reason").click();
  await dialog.locator('[aria-invalid="true"]').waitFor();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("restored after the fire");
  await button(dialog, "Give reason").click();
  await page.getByText("This vault was set back to an earlier state").waitFor({ state: "detached" });
  await done();
});

test("warns of a folder that a cloud client synchronises, while it is chosen", async () => {
  const { page, done } = await browser.open("first,dropbox");
  await button(page, "Choose folder").click();
  await page.getByText("Dropbox synchronises this folder").waitFor();
  await button(page, "Choose folder").click();
  await page.getByText("Dropbox synchronises this folder").waitFor({ state: "detached" });
  await done();
});

test("makes a recovery kit, prints nothing else, and proves it by two words", async () => {
  const { page, done } = await browser.open("three,nokit");
  await button(page, "Make recovery kit").first().click();
  await page.getByTestId("kit-words").waitFor();
  const words = await page.getByTestId("kit-words").locator("li").allTextContents();
  assert.equal(words.length, 24, "every word is shown");
  const covered = () => page.evaluate(() => window.fakeHost.shown.size);
  assert.equal(await covered(), 1, "the window is kept out of screenshots");
  await page.emulateMedia({ media: "print" });
  const printed = await page.evaluate(() => document.body.innerText);
  assert.ok(
    words.every((word) => printed.includes(word)),
    "all words are on the page",
  );
  assert.ok(!printed.includes("Credentials"), "nothing of the window is on the page");
  await page.emulateMedia({ media: "screen" });
  await button(page, "I have it on paper").click();
  await field(page, "Word 5").fill("nonsense");
  await field(page, "Word 18").fill(words[17]);
  await button(page, "Check words").click();
  await page.getByText("This word is wrong. Check your paper.").waitFor();
  await field(page, "Word 5").fill(` ${words[4].toUpperCase()}`);
  await button(page, "Check words").click();
  await page.getByText("The recovery kit works").waitFor();
  assert.equal(await page.getByText(words[0], { exact: true }).count(), 0, "the words left the page");
  assert.equal(await covered(), 0, "and the window may be photographed again");
  await page.getByText("This vault has no recovery kit", { exact: false }).waitFor({ state: "detached" });
  await done();
});

test("adds a person and shows the one-time password once", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Users");
  await ready(page);
  await button(page, "Add user").click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Name" }).fill("Bruno");
  await button(form, "Add user").click();
  await page.getByText("This already exists. Choose another.").waitFor();
  await form.getByRole("textbox", { name: "Name" }).fill("Davi");
  await form.getByRole("checkbox", { name: "Operator" }).uncheck();
  await form.getByRole("checkbox", { name: "Auditor" }).check();
  await button(form, "Add user").click();
  await page.getByText("One-time password of Davi").waitFor();
  const password = await page.getByTestId("password").textContent();
  await page.keyboard.press("Escape");
  assert.ok(await page.getByTestId("password").isVisible(), "a stray key does not lose it");
  await button(page, "Handed over").click();
  await gone(page);
  assert.equal(await page.getByText(password ?? "").count(), 0, "it is nowhere afterwards");
  const added = await page.evaluate(() => [...window.fakeHost.users.values()].at(-1));
  assert.deepEqual([added.name, added.roles], ["Davi", ["auditor"]]);
  await done();
});

test("removes a person only when the name was typed", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Users");
  await ready(page);
  await menuOf(page, /Bruno/);
  await item(page, "Remove user");
  const dialog = page.getByRole("dialog");
  assert.ok(await button(dialog, "Remove user").isDisabled(), "not before");
  await dialog.getByRole("textbox").fill("Brun");
  assert.ok(await button(dialog, "Remove user").isDisabled(), "not by half a name");
  await dialog.getByRole("textbox").fill("Bruno");
  await button(dialog, "Remove user").click();
  await page.getByText("Bruno removed").waitFor();
  await page.getByRole("row", { name: /Bruno/ }).waitFor({ state: "detached" });
  await done();
});

test("nobody is offered to take the vault from themselves", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Users");
  await ready(page);
  await menuOf(page, /Ana/);
  assert.deepEqual(await page.getByRole("menuitem").allTextContents(), ["User details", "Edit user"]);
  await item(page, "Edit user");
  assert.ok(await page.getByRole("checkbox", { name: "Administrator" }).isDisabled(), "one administrator stays");
  await done();
});

test("saves a parameter by itself, refuses what is out of range, and resets it", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Parameters");
  const row = page.getByRole("form", { name: "Attempts", exact: true });
  await row.getByRole("textbox").fill("44");
  await button(row, "Save").click();
  await row.getByText("Enter a number from 1 to 10.").waitFor();
  await row.getByRole("textbox").fill("5");
  await button(row, "Save").click();
  await page.getByText("Attempts saved").first().waitFor();
  assert.equal(
    await page.evaluate(() => window.fakeHost.parameters.find(({ key }) => key === "attempts").value.number),
    5,
  );
  await button(row, "Reset Attempts").click();
  await button(row, "Reset Attempts").waitFor({ state: "detached" });
  assert.equal(
    await page.evaluate(() => window.fakeHost.parameters.find(({ key }) => key === "attempts").value.number),
    3,
  );
  await page.getByRole("searchbox").fill("clipboard");
  await page.getByRole("form", { name: "Attempts" }).waitFor({ state: "detached" });
  await page.getByRole("form", { name: "Clear a copied password after" }).waitFor();
  await done();
});

test("what a parameter asks for is asked before a password is shown or copied", async () => {
  const { page, done } = await browser.open("three,justify,code");
  await to(page, "Credentials");
  await ready(page);
  await menuOf(page, /root/);
  await item(page, "Copy password");
  const dialog = page.getByRole("dialog");
  assert.ok(await button(dialog, "Copy password").isDisabled(), "not without a reason");
  await dialog.getByLabel("Reason").fill("Ticket 4711");
  await field(dialog, "Code").fill("000 000");
  await button(dialog, "Copy password").click();
  await dialog.getByText("The code is wrong or was already used.").waitFor();
  await field(dialog, "Code").fill("123 456");
  await button(dialog, "Copy password").click();
  await page.getByText("The clipboard is cleared after 20 s.", { exact: false }).waitFor();
  assert.deepEqual(await page.evaluate(() => window.fakeHost.justifications), ["Ticket 4711"]);
  await done();
});

test("every version of a password can be looked at by who may", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await ready(page);
  await page.getByRole("grid").getByText("deploy").click();
  await button(page, "History").click();
  await page.getByText("Not proven yet: the device may already have it.").waitFor();
  await button(page, "Show password, version 4").click();
  await page.getByText("May not be the device’s password").waitFor();
  await page.getByText(/Hidden in \d+ s · Stored /).waitFor();
  await button(page, "Show password, version 2").click();
  assert.equal(await page.getByTestId("password").count(), 2);
  await page.getByText(/Hidden in \d+ s · Changed /).waitFor();
  await button(page, "Hide password, version 4").click();
  assert.match((await page.getByTestId("password").textContent()) ?? "", /^old-2-/);
  await button(page, "Hide password, version 2").click();
  await button(page, "Show password, version 1").click();
  await page.getByText(/Hidden in \d+ s · Stored /).waitFor();
  await done();
});

test("each role sees its own places", async () => {
  const seen = async (role) => {
    const { page, done } = await browser.open(`three,${role}`);
    await page.getByRole("navigation").waitFor();
    const shown = await places(page);
    await done();
    return shown;
  };
  const core = ["Home", "Credentials", "Devices", "Policies", "Strengths", "Operations", "Attempts"];
  assert.deepEqual(await seen("operator"), [
    ...core,
    "Request password change",
    "Approvals",
    "Batch operations",
    "Password expiration",
  ]);
  assert.deepEqual(await seen("auditor"), [
    ...core,
    "Batch operations",
    "Password expiration",
    "Audit trail",
    "Users",
    "Approvers",
    "Parameters",
  ]);
  assert.deepEqual(await seen("approver"), ["Approvals", "Batch operations"], "requests alone");
});

test("the palette goes nowhere that the sidebar does not", async () => {
  const { page, done } = await browser.open("three,approver");
  await page.getByRole("navigation").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("option").first().waitFor();
  const options = await page.getByRole("option").allTextContents();
  assert.equal(options.length, 3, options.join());
  for (const [at, name] of ["Approvals", "Batch operations", "Lock vault"].entries())
    assert.ok(options[at]?.startsWith(name), options.join());
  await page.getByRole("combobox").fill("root");
  await page.getByText("Nothing found", { exact: true }).waitFor();
  await done();
});

test("an auditor is shown no password and no way to change anything", async () => {
  const { page, done } = await browser.open("three,auditor");
  await to(page, "Credentials");
  await ready(page);
  await page.getByRole("grid").getByText("root").click();
  await page.getByText("A password is stored. Your roles do not let you see it.").waitFor();
  assert.equal(await button(page, "Show password").count(), 0);
  await page.keyboard.press("Escape");
  await to(page, "Users");
  await ready(page);
  assert.equal(await button(page, "Add user").count(), 0);
  await to(page, "Parameters");
  await page.getByText("Attempts", { exact: true }).waitFor();
  assert.equal(await page.getByRole("textbox").count(), 0, "values are told, not offered");
  await done();
});

test("a role that is taken away closes its screen", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Users");
  await ready(page);
  await page.evaluate(() => window.fakeHost.sessionChanged({ roles: ["operator"] }));
  await home(page);
  assert.ok(!(await places(page)).includes("Users"));
  await done();
});

test("filters the trail, follows one object, and shows From and To", async () => {
  const { page, done } = await browser.open("many");
  await to(page, "Audit trail");
  await ready(page);
  assert.equal(await page.getByTestId("count").textContent(), "100,000");
  await page.getByRole("combobox", { name: "Action" }).click();
  await page.getByRole("option", { name: "Credential changed" }).click();
  await page.waitForFunction(() => document.querySelector('[data-testid="count"]')?.textContent === "14,286");
  await page.getByRole("grid").getByText("root on srv-db-01").first().click();
  const entry = page.getByRole("dialog");
  assert.deepEqual(await entry.getByRole("row").nth(1).locator("th, td").allTextContents(), [
    "Status",
    "Inactive",
    " Active",
  ]);
  await entry.getByText("secrets are not recorded", { exact: false }).waitFor();
  await button(entry, "All entries on this object").click();
  await page.waitForFunction(() => document.querySelector('[data-testid="count"]')?.textContent === "2,500");
  await button(page, "Clear filters").click();
  await page.getByLabel("From (year-month-day)").fill("2099-01-01");
  await page.getByText("Nothing matches these filters.").waitFor();
  await done();
});

test("verifies the trail in plain words, whole or broken, and exports what is shown", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Audit trail");
  await button(page, "Verify trail").click();
  await page.getByText("The audit trail is intact: all 3 entries are unchanged").waitFor();
  await page.keyboard.press("Escape");
  await button(page, "Export").click();
  await item(page, "Security log (CEF)");
  await page.getByText("3 entries written to /home/ana/Documents/audit.cef").waitFor();
  await done();
  const other = await browser.open("three,broken");
  await to(other.page, "Audit trail");
  await button(other.page, "Verify trail").click();
  await other.page.getByText("The audit trail is broken at entry 2").waitFor();
  await button(other.page, "Show entry 2").click();
  await other.page.getByRole("dialog", { name: "Entry 2" }).waitFor();
  await other.done();
});

test("long work shows how far it is and can be stopped", async () => {
  const { page, done } = await browser.open("three,slow");
  await to(page, "Vault");
  await button(page, "Check every page").click();
  await page.getByText("3,100 of 12,400").waitFor();
  await button(page, "Stop").click();
  await button(page, "Check every page").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0, "what was stopped did not fail");
  await done();
});

test("a backup is made, tried out, and restored beside the vault", async () => {
  const { page, done } = await browser.open("none");
  await to(page, "Vault");
  await page.getByRole("tab", { name: "Backups" }).click();
  await page.getByText("No backup has been made yet.").waitFor();
  await button(page, "Back up now").first().click();
  await button(page.getByRole("dialog"), "Back up").click();
  await page.getByText(/^Backup made: /).waitFor();
  await gone(page);
  await menuOf(page, /By hand/);
  await item(page, "Test restore");
  await page.getByText("This backup can be restored").waitFor();
  await page.keyboard.press("Escape");
  await gone(page);
  await menuOf(page, /By hand/);
  await item(page, "Restore as a new vault");
  await button(page.getByRole("dialog"), "Restore").click();
  await page.getByText("It is at /home/ana/Vaults/Infrastructure restored.vault", { exact: false }).waitFor();
  await done();
});

test("a vault that somebody altered is told with what was altered, and offers nothing that would write to it", async () => {
  const { page, done } = await browser.open("three,altered");
  await page.getByText("Somebody altered the structure of this vault").waitFor();
  await page.getByText("trigger redirect, table devices", { exact: false }).waitFor();
  assert.ok(!(await places(page)).includes("Vault"), "its settings are not offered");
  await done();
});

test("an altered vault does not open, and the start screen says what was altered", async () => {
  const { page, done } = await browser.open("locked,alteredfile");
  await field(page, "Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByText("trigger redirect", { exact: false }).waitFor();
  await done();
});

test("a damaged vault is told, and offers nothing that would write to it", async () => {
  const { page, done } = await browser.open("three,damaged");
  await page.getByText("The vault is damaged").waitFor();
  assert.ok(!(await places(page)).includes("Vault"), "its settings are not offered");
  await to(page, "Credentials");
  await ready(page);
  assert.equal(await button(page, "Add credential").count(), 0);
  assert.equal(await button(page, "Bulk action").count(), 0);
  await done();
});

test("a folder whose name ends in a space is taken as it was chosen", async () => {
  const { page, done } = await browser.open("three,displaced-gone,spaced");
  await page.getByRole("button", { name: "Save a copy now" }).click();
  const dialog = page.getByRole("dialog");
  await button(dialog, "Choose folder").click();
  await dialog.getByRole("button", { name: "Save the copy" }).click();
  await page.getByText("/home/ana/Picked /Infrastructure (copy 2026-11-30 17.10.05).vault").waitFor();
  await done();
});

test("sets up an authenticator, a key file and this desktop, each proven by the password", async () => {
  const { page, done } = await browser.open("three,totpless");
  await account(page, "Ana").click();
  await item(page, "My account");
  await button(page, "Set up authenticator").click();
  await field(page, "Your password").fill("wrong");
  await button(page, "Continue").click();
  await page.getByText("Name, password or key file is incorrect.").waitFor();
  await field(page, "Your password").fill("correct horse");
  await button(page, "Continue").click();
  await page.getByRole("img", { name: "The authenticator’s secret as a QR code" }).waitFor();
  const covered = () => page.evaluate(() => window.fakeHost.shown.size);
  assert.equal(await covered(), 1, "its secret is kept out of screenshots");
  await field(page, "Code").fill("111111");
  await button(page, "Confirm").click();
  await page.getByText("The code is wrong or was already used.").waitFor();
  await field(page, "Code").fill("123456");
  await button(page, "Confirm").click();
  await page.getByText("The authenticator is set up").waitFor();
  assert.equal(await covered(), 0, "until it is closed");
  await button(page, "Require a key file").click();
  await page.getByRole("dialog").getByRole("button", { name: "Choose key file" }).click();
  await field(page, "Your password").fill("correct horse");
  await button(page, "Write key file").click();
  await page.getByText("Key file written to /media/usb/ana.chaveiro-key").waitFor();
  await button(page, "Unlock with this desktop").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Key file" }).waitFor();
  await field(page, "Your password").fill("correct horse");
  await button(dialog, "Unlock with this desktop").click();
  await button(page, "Remove key").waitFor();
  await done();
});

test("changes the own password", async () => {
  const { page, done } = await browser.open("three");
  await account(page, "Ana").click();
  await item(page, "My account");
  await button(page, "Change password").click();
  const dialog = page.getByRole("dialog");
  await field(dialog, "Current password").fill("correct horse");
  await field(dialog, "New password").fill("short");
  await field(dialog, "Repeat password").fill("short");
  await button(dialog, "Change password").click();
  await dialog.getByText("Use at least 8 characters.").waitFor();
  await field(dialog, "New password").fill("four unrelated words");
  await field(dialog, "Repeat password").fill("four unrelated words");
  await button(dialog, "Change password").click();
  await page.getByText("Your password was changed").waitFor();
  await done();
});

test("tells the host that somebody is there, sparsely", async () => {
  const { page, done } = await browser.open("three");
  await home(page);
  for (let turn = 0; turn < 5; turn++) await page.mouse.move(100 + turn * 20, 200);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => window.fakeHost.activities), 1);
  await done();
});

test("a vault whose files are gone says so over every screen, and a copy of it can be saved and opened", async () => {
  const { page, done } = await browser.open("three,displaced-gone,usb");
  const banner = page.getByText("The vault’s files are no longer in place");
  await banner.waitFor();
  assert.equal(await page.getByText("This vault is read-only").count(), 0, "one message, not two");
  await to(page, "Credentials");
  await ready(page);
  await banner.waitFor();
  await page.getByRole("button", { name: "Save a copy now" }).click();
  const dialog = page.getByRole("dialog");
  assert.equal(await dialog.getByRole("button", { name: "Save the copy" }).isDisabled(), true, "a folder is needed");
  await button(dialog, "Choose folder").click();
  await dialog.getByRole("button", { name: "Save the copy" }).click();
  await page.getByText("/media/usb/Infrastructure (copy 2026-11-30 17.10.05).vault").waitFor();
  await page.getByRole("button", { name: "Close and open the copy" }).click();
  await page.getByRole("radio", { name: "Infrastructure (copy 2026-11-30 17.10.05)" }).waitFor();
  assert.ok(await page.getByRole("radio", { name: "Infrastructure (copy" }).isChecked(), "the copy is chosen");
  await field(page, "Your name").fill("Ana");
  await field(page, "Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").waitFor();
  await done();
});
