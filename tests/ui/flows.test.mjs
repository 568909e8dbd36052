// The main flows in the window, from creating a vault to watching a password change, with an in-memory host.
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
const ready = (page) => page.locator('[role="grid"][aria-busy="false"]').waitFor();
const to = async (page, name) => {
  await page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
  await ready(page);
};
const count = (page) => page.getByTestId("count").textContent();

test("tells the host that it has painted, once", async () => {
  const { page, done } = await browser.open("locked");
  await page.waitForFunction(() => window.fakeHost.painted === 1);
  // When the page is idle, everything that was planned for the next frames has happened.
  await page.evaluate(() => new Promise((idle) => requestAnimationFrame(() => requestIdleCallback(() => idle()))));
  assert.equal(await page.evaluate(() => window.fakeHost.painted), 1);
  await done();
});

test("creates a vault, showing how strong the password is, and refuses one that is repeated wrongly", async () => {
  const { page, done } = await browser.open("first");
  await field(page, "Vault name").fill("Team");
  await field(page, "Your name").fill("Ana");
  await button(page, "Choose folder").click();
  assert.equal(await field(page, "Folder").inputValue(), "/home/ana/Picked");
  await page.getByText("The vault becomes /home/ana/Picked/Team.vault").waitFor();
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByText("Very weak").waitFor();
  await page.getByLabel("Password", { exact: true }).fill("four unrelated words here");
  await page.getByText("Strong").waitFor();
  await page.getByLabel("Repeat password").fill("something else");
  await button(page, "Create vault").click();
  await page.getByText("The two passwords differ.").waitFor();
  await page.getByLabel("Repeat password").fill("four unrelated words here");
  await button(page, "Create vault").click();
  await page.getByRole("heading", { name: "A recovery kit for Team" }).waitFor();
  await button(page, "Later").click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await page.getByText("This vault has no recovery kit", { exact: false }).waitFor();
  await to(page, "Credentials");
  await page.getByText("No credential has been added yet.").waitFor();
  await page.getByText("Team", { exact: true }).waitFor();
  await done();
});

test("refuses a wrong password, empties it, and unlocks with the right one", async () => {
  const { page, done } = await browser.open("locked,three");
  const password = page.getByLabel("Password", { exact: true });
  assert.equal(await field(page, "Your name").inputValue(), "Ana");
  await password.fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("Name, password or key file is incorrect.").waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("type") === "password");
  assert.equal(await password.inputValue(), "");
  await password.fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await done();
});

test("forgets a vault that is missing", async () => {
  const { page, done } = await browser.open("locked");
  await page.getByText("Not at its last location").waitFor();
  await button(page, "Remove Old customer from the list").click();
  await page.getByText("Old customer").waitFor({ state: "detached" });
  await done();
});

test("creates a device, is offered its host key at once, and accepts it", async () => {
  const { page, done } = await browser.open("none");
  await to(page, "Devices");
  await button(page, "Add device").first().click();
  await field(page, "Name").fill("srv-new-01");
  await field(page, "Address").fill("not an address");
  await button(page, "Save").click();
  await page.getByText("Enter a host name or an IP address.").waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
  await field(page, "Address").fill("192.0.2.10");
  await field(page, "Tags").fill("production,linux,");
  await button(page, "Save").click();
  await page.getByText("This key has not been seen before").waitFor();
  assert.match((await page.getByTestId("fingerprint").textContent()) ?? "", /^SHA256:[A-Za-z0-9+/]{43}$/);
  await button(page, "Accept host key").click();
  await page.getByText("Host key of srv-new-01 accepted").waitFor();
  await page.getByRole("grid").getByText("Accepted", { exact: true }).waitFor();
  await done();
});

test("an empty list of credentials offers a device first, then a credential", async () => {
  const { page, done } = await browser.open("none");
  const list = page.getByRole("grid").locator("..");
  await to(page, "Credentials");
  await page.getByText("Add the device first.", { exact: false }).waitFor();
  assert.equal(await list.getByRole("button", { name: "Add credential", exact: true }).count(), 0);
  await list.getByRole("button", { name: "Add device", exact: true }).click();
  await page.getByRole("dialog").waitFor();
  await field(page, "Name").fill("srv-new-01");
  await field(page, "Address").fill("192.0.2.10");
  await button(page, "Save").click();
  await page.getByText("This key has not been seen before").waitFor();
  await button(page, "Accept host key").click();
  await page.getByText("Host key of srv-new-01 accepted").waitFor();
  await to(page, "Credentials");
  await list.getByRole("button", { name: "Add credential", exact: true }).waitFor();
  assert.equal(await page.getByText("Add the device first.", { exact: false }).count(), 0);
  await done();
});

test("shows both fingerprints of a changed host key and accepts it only when confirmed", async () => {
  const { page, done } = await browser.open("three,changedkey");
  await to(page, "Devices");
  await page.getByRole("grid").getByText("srv-db-01").click();
  await button(page, "Check host key").click();
  const dialog = page.getByRole("dialog", { name: "Host key of srv-db-01" });
  await dialog.getByText("The host key has changed").waitFor();
  const [before, now] = await dialog.getByTestId("fingerprint").allTextContents();
  assert.notEqual(before, now);
  assert.ok(await button(dialog, "Replace accepted key").isDisabled(), "not before the box is ticked");
  await dialog.getByRole("checkbox").check();
  await button(dialog, "Replace accepted key").click();
  await page.getByText("Host key of srv-db-01 accepted").waitFor();
  const pinned = await page.evaluate(() => window.fakeHost.records.devices.get("d0").hostKey.fingerprint);
  assert.equal(pinned, now, "exactly the key that was shown");
  await done();
});

test("says so when a device cannot be reached", async () => {
  const { page, done } = await browser.open("none");
  await to(page, "Devices");
  await button(page, "Add device").first().click();
  await field(page, "Name").fill("is-down");
  await field(page, "Address").fill("192.0.2.11");
  await button(page, "Save").click();
  await page.getByText("192.0.2.11 cannot be reached.").waitFor();
  await button(page, "Try again").waitFor();
  await done();
});

test("shows a credential's problems at their fields and brings their tab forward", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await button(page, "Add credential").click();
  await field(page, "Username").fill("oracle");
  await page.getByRole("dialog").getByRole("combobox", { name: "Device" }).click();
  await page.getByRole("option", { name: "srv-db-01" }).click();
  await page.getByLabel("Private key").fill("not a key");
  await page.getByRole("tab", { name: "Execution settings" }).click();
  await page.getByRole("switch", { name: "Change the password automatically" }).check({ force: true });
  await page.getByRole("switch", { name: "Use own credential to connect" }).uncheck({ force: true });
  await button(page, "Save").click();
  await page.getByText("This is not a private key in OpenSSH or PEM format.").waitFor();
  assert.equal(await page.getByRole("tab", { name: "Information" }).getAttribute("aria-selected"), "true");
  await page.getByLabel("Private key").fill("");
  await button(page, "Save").click();
  await page.getByRole("tab", { name: "Execution settings", selected: true }).waitFor();
  await page.getByText("Enter a value.").waitFor();
  await page.getByRole("combobox", { name: "Access credential" }).click();
  await page.getByRole("option", { name: "root on srv-db-01" }).click();
  await button(page, "Save").click();
  await page.getByText("oracle on srv-db-01 saved").waitFor();
  const saved = await page.evaluate(() => [...window.fakeHost.records.credentials.values()].at(-1));
  assert.deepEqual(
    [saved.execution.templateId, saved.execution.accessCredentialId, saved.hasPassword],
    ["t-root", "c0", false],
    "the fitting template was chosen, nothing was stored that was not typed",
  );
  await done();
});

test("keeps stored secrets when their fields stay empty", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await page.getByRole("row", { name: /root/ }).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Edit credential" }).click();
  const password = page.getByLabel("Password", { exact: true });
  assert.equal(await password.inputValue(), "");
  assert.equal(await password.getAttribute("placeholder"), "Stored – leave empty to keep");
  await field(page, "Domain").fill("CORP");
  await button(page, "Save").click();
  await page.getByText("root on srv-db-01 saved").waitFor();
  assert.ok(await page.evaluate(() => window.fakeHost.records.passwords.get("c0")));
  await done();
});

test("asks before unsaved changes are thrown away", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await button(page, "Add credential").click();
  await field(page, "Username").fill("half typed");
  await page.keyboard.press("Escape");
  const question = page.getByRole("dialog", { name: "Discard your changes?" });
  await button(question, "Keep editing").click();
  assert.equal(await field(page, "Username").inputValue(), "half typed");
  await button(page, "Cancel").click();
  await button(question, "Discard changes").click();
  await page.getByRole("dialog").first().waitFor({ state: "detached" });
  await done();
});

test("reveals a password, spells it, hides it by hand and by itself", async () => {
  const { page, done } = await browser.open("three,quick");
  await to(page, "Credentials");
  await page.getByRole("grid").getByText("root").click();
  const covered = () => page.evaluate(() => window.fakeHost.shown.size);
  await button(page, "Show password").click();
  assert.equal(await page.getByTestId("password").textContent(), "k7#Rv0-c0=Qm2xL");
  assert.equal(await covered(), 1, "the window is kept out of screenshots");
  await page.getByText(/Hidden in \d+ s · Changed /).waitFor();
  await button(page, "Spell it out").click();
  await page.getByText("capital R").waitFor();
  await button(page, "Hide password").click();
  await page.getByTestId("password").waitFor({ state: "detached" });
  assert.equal(await covered(), 0, "until the password is hidden by hand");
  await button(page, "Show password").click();
  await page.getByTestId("password").waitFor();
  await page.getByTestId("password").waitFor({ state: "detached", timeout: 4000 });
  assert.equal(await covered(), 0, "or by itself");
  await button(page, "Copy password").click();
  await page.getByText("The clipboard is cleared after 20 s.", { exact: false }).waitFor();
  await done();
});

test("marks a password that may not be the device's", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await page.getByRole("grid").getByText("deploy").click();
  await button(page, "Show password").click();
  await page.getByText("May not be the device’s password").waitFor();
  await done();
});

test("requests changes over a selection across pages and skips what became unchangeable", async () => {
  const { page, done } = await browser.open("many");
  await to(page, "Request password change");
  const total = Number((await count(page)).replaceAll(",", ""));
  assert.ok(total > 50_000);
  await page.getByRole("checkbox", { name: "Select all rows shown" }).click();
  await page.getByText("200 selected").waitFor();
  await page.getByRole("button", { name: /^Select all .* that match$/ }).click();
  await page.getByRole("checkbox", { name: /^Select admin on/ }).click();
  const chosen = (total - 1).toLocaleString("en");
  await page.getByText(`${chosen} selected`).waitFor();
  await page.getByRole("searchbox", { name: "Search credentials" }).fill("backup7");
  await page.getByText("Choose the credentials whose passwords").waitFor();
  await page.waitForFunction(() => !document.querySelector('[role="grid"][aria-busy="true"]'));
  await page.getByRole("checkbox", { name: "Select all rows shown" }).click();
  await page.evaluate(() => {
    const { credentials } = window.fakeHost.records;
    for (const [id, each] of credentials)
      if (each.username === "backup7") credentials.set(id, { ...each, status: "inactive" });
  });
  const selected = (await page.getByRole("region", { name: "Selection" }).getByRole("status").textContent()) ?? "";
  await page.getByRole("button", { name: /^Change .* passwords?$/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/^Change .* passwords\?$/).waitFor();
  await button(dialog, `Change ${selected.replace(" selected", "")} passwords`).click();
  await page.getByText("1 credential was skipped").waitFor();
  await page.getByText("The credential is inactive").waitFor();
  await button(page, "Go to operations").click();
  await page.getByRole("heading", { name: "Operations" }).waitFor();
  await done();
});

test("schedules changes for later and refuses a time that has passed", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Request password change");
  await page.getByRole("checkbox", { name: "Select root on srv-db-01" }).click();
  await button(page, "Change 1 password").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("At a set time").click();
  await dialog.getByLabel("Date").fill("2020-01-01");
  await button(dialog, "Change 1 password").click();
  await dialog.getByText("Enter a date and time in the future.").waitFor();
  await dialog.getByLabel("Date").fill("2099-01-01");
  await dialog.getByRole("textbox", { name: "Time" }).fill("22:30");
  await button(dialog, "Change 1 password").click();
  await page.getByText("1 change requested").waitFor();
  const scheduled = await page.evaluate(() => [...window.fakeHost.records.operations.values()].at(-1).scheduledAt);
  assert.equal(new Date(scheduled).getFullYear(), 2099);
  await done();
});

test("shows unchangeable credentials greyed, with the reason, when asked", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Request password change");
  assert.equal(await count(page), "2");
  await page.getByRole("switch", { name: "Show credentials that are not ready" }).check({ force: true });
  await page.getByText("The host key of its device was not accepted").waitFor();
  assert.ok(await page.getByRole("checkbox", { name: "Select admin on fw-edge-01" }).isDisabled());
  await done();
});

test("follows an operation through its steps by events alone", async () => {
  const { page, done } = await browser.open("three,slow");
  await to(page, "Request password change");
  await page.getByRole("checkbox", { name: "Select root on srv-db-01" }).click();
  await button(page, "Change 1 password").click();
  await button(page.getByRole("dialog"), "Change 1 password").click();
  await button(page, "Go to operations").click();
  const row = page.getByRole("row", { name: /root/ }).first();
  await row.getByText("Running").waitFor();
  await row.getByText("connecting").waitFor();
  await row.getByText("changing").waitFor();
  await row.getByText("verifying").waitFor();
  await row.getByText("Successfully performed").waitFor();
  await done();
});

test("offers only what a state permits, and asks Yes or No before running at once", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  await page.getByRole("row", { name: /admin/ }).getByRole("button").click();
  const items = await page.getByRole("menuitem").allTextContents();
  assert.deepEqual(items, [
    "Request immediate execution",
    "Cancel operation",
    "Operation details",
    "Edit credential",
    "Edit device",
  ]);
  await page.getByRole("menuitem", { name: "Request immediate execution" }).click();
  const dialog = page.getByRole("dialog", { name: "Execute operation 3 immediately?" });
  await button(dialog, "No").waitFor();
  await button(dialog, "Yes").click();
  await page.getByRole("row", { name: /admin/ }).getByText("Successfully performed").waitFor();
  await page.getByRole("row", { name: /admin/ }).getByRole("button").click();
  assert.equal(await page.getByRole("menuitem", { name: "Restart execution" }).count(), 0);
  await done();
});

test("tells of a failed operation what happened, what to try, and what the device said", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  await page.getByRole("grid").getByText("deploy").click();
  await page.getByText("The device refused the new password.").last().waitFor();
  await page.getByText("Restart the operation to try another password.", { exact: false }).waitFor();
  await page.getByText("BAD PASSWORD", { exact: false }).waitFor();
  await page.getByText("Transcript", { exact: false }).first().click();
  await page.getByText("********").first().waitFor();
  await done();
});

test("locks by keyboard and leaves nothing of the vault in the window", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await page.keyboard.press("Control+l");
  await page.getByRole("heading", { name: "Vault locked" }).waitFor();
  assert.equal(await page.getByText("srv-db-01").count(), 0);
  await done();
});

test("goes to the locked screen when the host locks", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await page.evaluate(() => window.fakeHost.leave());
  await page.getByText("Infrastructure was locked because Ana was away", { exact: false }).waitFor();
  await done();
});

test("a table can be used by keyboard alone, and gets the focus back", async () => {
  const { page, done } = await browser.open("many");
  await to(page, "Credentials");
  const grid = page.getByRole("grid");
  const active = () =>
    page.evaluate(() => {
      const id = document.querySelector("[role=grid]")?.getAttribute("aria-activedescendant");
      return Number(document.getElementById(id ?? "")?.getAttribute("aria-rowindex"));
    });
  await page.keyboard.press("/");
  await page.keyboard.type("root1");
  await page.waitForFunction(() => document.querySelector('[data-testid="count"]')?.textContent !== "100,000");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.ok(await grid.evaluate((element) => element === document.activeElement));
  await page.waitForFunction(() => document.querySelector('[data-testid="count"]')?.textContent === "100,000");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await active(), 4);
  await page.keyboard.press("End");
  // The active row stays in the document.
  await page.waitForFunction(() => {
    const id = document.querySelector("[role=grid]")?.getAttribute("aria-activedescendant");
    return Number(document.getElementById(id ?? "")?.getAttribute("aria-rowindex")) >= 200;
  });
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.querySelector('[role="row"][aria-rowindex="2"]'));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "grid");
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "grid");
  await done();
});

test("selects by keyboard, also a run of rows", async () => {
  const { page, done } = await browser.open("many");
  await to(page, "Request password change");
  await page.getByRole("grid").focus();
  await page.keyboard.press("Space");
  await page.getByText("1 selected").waitFor();
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await page.getByText("3 selected").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Choose the credentials whose passwords").waitFor();
  await done();
});

test("scrolls through many rows with few of them in the document", async () => {
  const { page, done } = await browser.open("many");
  await to(page, "Credentials");
  const grid = page.getByRole("grid");
  for (let turn = 0; turn < 5; turn++) {
    const before = Number(await page.locator('[role="row"]').last().getAttribute("aria-rowindex"));
    await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.waitForFunction((before) => {
      const last = [...document.querySelectorAll('[role="row"]')].at(-1);
      return Number(last.getAttribute("aria-rowindex")) > before;
    }, before);
  }
  assert.ok((await page.locator('[role="row"]').count()) < 60);
  const last = await page.locator('[role="row"]').last().getAttribute("aria-rowindex");
  assert.ok(Number(last) > 600, `further pages were fetched: ${last}`);
  await done();
});

test("sorts by a column and remembers which columns are shown", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  const header = page.getByRole("columnheader", { name: "Username" });
  assert.equal(await header.getAttribute("aria-sort"), "ascending");
  await button(header, "Username").click();
  assert.equal(await header.getAttribute("aria-sort"), "descending");
  await page.getByRole("row").nth(1).getByText("root").waitFor();
  await button(page, "Choose columns").click();
  await page.getByRole("menuitemcheckbox", { name: "Tags" }).click();
  await page.getByRole("columnheader", { name: "Tags" }).waitFor({ state: "detached" });
  await page.reload();
  await to(page, "Credentials");
  assert.equal(await page.getByRole("columnheader", { name: "Tags" }).count(), 0);
  await done();
});

test("changes theme and language at once", async () => {
  const { page, done } = await browser.open("three,light,en");
  await to(page, "Credentials");
  await button(page, "Appearance and language").click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  await page.getByRole("menuitemradio", { name: "Português (Brasil)" }).click();
  await page.getByRole("heading", { name: "Credenciais" }).waitFor();
  await done();
});

test("a vault that can only be read offers no changes", async () => {
  const { page, done } = await browser.open("three,readonly");
  await to(page, "Credentials");
  await page.getByText("This vault is read-only", { exact: false }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Add credential" }).count(), 0);
  await done();
});
