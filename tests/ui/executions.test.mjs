// Operations, policies and chains in the window, with an in-memory host.
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
  await page.locator('[role="grid"][aria-busy="false"]').waitFor();
};
const counts = (page, text) =>
  page.waitForFunction((wanted) => document.querySelector('[data-testid="count"]')?.textContent === wanted, text);
const rowMenu = async (page, row, item) => {
  await page.getByRole("row", { name: row }).getByRole("button").click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
};
const filterBy = async (page, name) => {
  await button(page, "Add filter").click();
  await page.getByRole("menuitem", { name, exact: true }).click();
};

test("combines filters, keeps them when one comes back, and takes a saved one up again", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  await filterBy(page, "State");
  await page.getByRole("checkbox", { name: "Error" }).check();
  await page.getByRole("checkbox", { name: "Scheduled" }).check();
  await page.keyboard.press("Escape");
  await counts(page, "2");
  await filterBy(page, "Manufacturer");
  await page.getByRole("textbox", { name: "Manufacturer" }).fill("red hat");
  await button(page, "Apply").click();
  await counts(page, "1");
  await button(page, "Saved filters").click();
  await page.getByRole("menuitem", { name: "Save this filter…" }).click();
  await field(page, "Name").fill("Red Hat troubles");
  await button(page.getByRole("dialog"), "Save filter").click();
  await page.getByText("Filter “Red Hat troubles” saved").waitFor();
  await to(page, "Attempts");
  await to(page, "Operations");
  await counts(page, "1");
  await button(page, "Clear filters").click();
  await counts(page, "3");
  // The vault receives a filter a moment after the list does. It must forget this one before the next one is stored.
  const remembered = (wanted) =>
    page.waitForFunction((wanted) => {
      const { last } = window.fakeHost.records.savedFilters.operations;
      return (last?.filter.manufacturer === "red hat") === wanted;
    }, wanted);
  await remembered(false);
  await button(page, "Saved filters").click();
  await page.getByRole("menuitem", { name: "Red Hat troubles", exact: true }).click();
  await counts(page, "1");
  await remembered(true);
  await done();
});

test("a code of an operation is at least 1, and 0 is refused at its field", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  await filterBy(page, "Code");
  await page.getByRole("textbox", { name: "Code" }).fill("0");
  await button(page, "Apply").click();
  await page.getByText("Enter a number from 1 to", { exact: false }).waitFor();
  await page.getByRole("textbox", { name: "Code" }).fill("1");
  await button(page, "Apply").click();
  await button(page, "Clear: Code").waitFor();
  await done();
});

test("a range of days is whole days, and one that ends before it begins is refused", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  await filterBy(page, "Scheduling date");
  await page.getByLabel("From").fill("2030-02-02");
  await page.getByLabel("To", { exact: true }).fill("2030-02-01");
  await button(page, "Apply").click();
  await page.getByText("The end is before the start. Change one, or leave it empty.").waitFor();
  await page.getByLabel("To", { exact: true }).fill("2030-02-03");
  await button(page, "Apply").click();
  await page.getByText("Nothing matches these filters.").waitFor();
  await button(page, "Clear: Scheduling date").click();
  await counts(page, "3");
  await done();
});

test("reconciling a failed change makes a new operation, and its end is told", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  await rowMenu(page, /deploy/, "Reconcile credential");
  const dialog = page.getByRole("dialog", { name: "Reconcile deploy on srv-web-02?" });
  await button(dialog, "Reconcile credential").click();
  await page.getByText("Operation 4 will reconcile deploy on srv-web-02").waitFor();
  await page.getByText("deploy on srv-web-02 is reconciled: its password works again.").waitFor();
  await counts(page, "4");
  const made = await page.evaluate(() => [...window.fakeHost.records.operations.values()].at(-1));
  assert.deepEqual([made.type, made.parent.id], ["reconciliation", "o1"], "it names the failure that it repairs");
  await done();
});

test("says why a credential cannot be reconciled", async () => {
  const { page, done } = await browser.open("three");
  await page.evaluate(() => {
    const { credentials } = window.fakeHost.records;
    const deploy = credentials.get("c1");
    const reconciliation = { ...deploy.execution.reconciliation, enabled: false };
    credentials.set("c1", { ...deploy, execution: { ...deploy.execution, reconciliation } });
  });
  await to(page, "Operations");
  await rowMenu(page, /deploy/, "Reconcile credential");
  await button(page.getByRole("dialog"), "Reconcile credential").click();
  await page.getByText("Reconciliation is off. Switch it on in the credential.").waitFor();
  await done();
});

test("does with several operations only what their states allow", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  await page.getByRole("checkbox", { name: "Select all rows shown" }).click();
  const bar = page.getByRole("region", { name: "Selection" });
  await button(bar, "Restart 1").waitFor();
  await button(bar, "Cancel 1").click();
  await button(page.getByRole("dialog", { name: "Cancel 1 operation?" }), "Cancel 1").click();
  await page.getByText("1 operation canceled").waitFor();
  const states = await page.evaluate(() => [...window.fakeHost.records.operations.values()].map(({ state }) => state));
  assert.deepEqual(states, ["succeeded", "error", "canceled"]);
  await done();
});

test("shows template and message on demand, and writes the list to a file", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  assert.equal(await page.getByRole("columnheader", { name: "Template" }).count(), 0);
  await page.getByRole("switch", { name: "Show operation details" }).check({ force: true });
  await page.getByRole("columnheader", { name: "Template" }).waitFor();
  await page
    .getByRole("row", { name: /deploy/ })
    .getByText("BAD PASSWORD", { exact: false })
    .waitFor();
  await button(page, "Export this list").click();
  await page.getByText("3 rows written to /home/ana/operations.csv").waitFor();
  await done();
});

test("goes from an operation to the one that follows it, and from its attempts back to it", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Operations");
  await page.getByRole("grid").getByText("root").click();
  await page.getByRole("button", { name: /deploy on srv-web-02/ }).click();
  await page.getByRole("dialog", { name: "Operation 2" }).waitFor();
  await page.keyboard.press("Escape");
  await rowMenu(page, /deploy/, "View attempts");
  await page.getByRole("heading", { name: "Attempts", level: 1 }).waitFor();
  await counts(page, "1");
  await page.getByRole("grid").getByText("deploy").click();
  await page
    .getByRole("dialog")
    .getByText("Restart the operation to try another password.", { exact: false })
    .waitFor();
  await button(page, "Show operation").click();
  await page.getByRole("dialog", { name: "Operation 2" }).waitFor();
  await done();
});

test("tells what a policy would change before it is saved, and refuses hours that are none", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Policies");
  await button(page, "Add policy").click();
  await field(page, "Name").fill("Web servers");
  await page.getByRole("dialog").getByRole("combobox", { name: "Strength" }).click();
  await page.getByRole("option", { name: "Standard" }).click();
  await field(page, "Device").fill("srv-web-*");
  await page.getByText("1 credential changes policy").waitFor();
  await page.getByRole("tab", { name: "Effect" }).click();
  await page.getByRole("cell", { name: "deploy on srv-web-02" }).waitFor();
  await page.getByRole("tab", { name: "Triggers" }).click();
  await page.getByRole("switch", { name: "Change by period" }).check({ force: true });
  const trigger = page.getByRole("region", { name: "Change by period" });
  await button(trigger, "Add hours").click();
  await field(trigger, "From").fill("25:00");
  await button(page, "Save").click();
  await page.getByText("Enter an hour such as 22:00; begin and end must differ.").waitFor();
  await field(trigger, "From").fill("22:00");
  await button(page, "Save").click();
  await page.getByText("Web servers saved").waitFor();
  const saved = await page.evaluate(() => [...window.fakeHost.records.policies.values()].at(-1).triggers.period);
  assert.deepEqual(saved.windows, [
    { weekdays: ["monday", "tuesday", "wednesday", "thursday", "friday"], from: "22:00", to: "04:00" },
  ]);
  await done();
});

test("the hours of every policy are those of a zone that the vault names", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Policies");
  await page.getByRole("grid").getByText("Production databases").click();
  await button(page, "Change time zone").click();
  await page.getByRole("combobox", { name: "Time zone" }).fill("Lisbon");
  await page.getByRole("option", { name: "Europe/Lisbon" }).click();
  await button(page.getByRole("dialog"), "Save").click();
  await page.getByText("Hours now use Europe/Lisbon").waitFor();
  await page.getByRole("dialog", { name: "Production databases" }).getByText("Europe/Lisbon").waitFor();
  await done();
});

test("counts a strength's passwords while one types, and puts a problem at its field", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Strengths");
  await button(page, "Add strength").click();
  const number = page.getByRole("region", { name: "Estimate" }).locator("output");
  const before = await number.textContent();
  await field(page, "Maximum length").fill("32");
  await page.waitForFunction((old) => document.querySelector("section output")?.textContent !== old, before);
  await field(page, "Maximum length").fill("7");
  await page.getByText("It may not be more than 7.").waitFor();
  assert.equal(await field(page, "Minimum length").getAttribute("aria-invalid"), "true");
  await done();
});

test("refuses to delete a strength that policies use", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Strengths");
  await rowMenu(page, /Network devices/, "Delete strength");
  await button(page.getByRole("dialog"), "Delete strength").click();
  await page.getByText("1 policy uses this strength.").waitFor();
  await done();
});

test("refuses a chain that would go round, naming the way", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await rowMenu(page, /root/, "Edit credential");
  await page.getByRole("tab", { name: "Chain and reconciliation" }).click();
  await page.getByRole("combobox", { name: "Parent credential" }).click();
  await page.getByRole("option", { name: "deploy on srv-web-02" }).click();
  await button(page, "Save").click();
  await page.getByText("root on srv-db-01 → deploy on srv-web-02 → root on srv-db-01", { exact: false }).waitFor();
  await done();
});

test("says why a credential does not rotate, which policy applies, and where it stands in its chain", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await page.getByRole("grid").getByText("CORP\\admin").click();
  await page.getByText("It was paused by Bruno: Firmware is being replaced this week", { exact: false }).waitFor();
  await button(page, "Explain the policy choice").click();
  await page.getByText("Applies · priority 40").waitFor();
  await page.getByText("Device type: Network device matches Network device").waitFor();
  assert.equal(await page.getByRole("list", { name: "Chain" }).getByRole("listitem").count(), 3);
  await button(page, "Resume").click();
  await page.getByText("CORP", { exact: false }).first().waitFor();
  await page.waitForFunction(() => window.fakeHost.records.credentials.get("c2").pause === null);
  await done();
});

test("verifies a password from its credential and shows the result", async () => {
  const { page, done } = await browser.open("three");
  await to(page, "Credentials");
  await page.getByRole("grid").getByText("deploy").click();
  await page.getByRole("dialog").getByText("Refused", { exact: true }).waitFor();
  await button(page, "Verify password").click();
  await page.getByRole("dialog", { name: "Verify 1 password?" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Verify 1 password?" }).waitFor({ state: "detached" });
  await page.getByRole("dialog", { name: "deploy on srv-web-02" }).waitFor();
  await button(page, "Verify password").click();
  await button(page.getByRole("dialog", { name: "Verify 1 password?" }), "Verify 1 password").click();
  await page.getByText("1 verification requested").waitFor();
  await page.waitForFunction(() => window.fakeHost.records.credentials.get("c1").verification === "confirmed");
  await done();
});

test("pauses everything with a reason that every screen shows, and goes on by the palette", async () => {
  const { page, done } = await browser.open("three");
  await button(page, "Pause all rotation").click();
  await button(page.getByRole("dialog"), "Pause all rotation").click();
  await page.getByText("Enter a value.").waitFor();
  await field(page, "Reason").fill("Datacentre move");
  await button(page.getByRole("dialog"), "Pause all rotation").click();
  await page.getByRole("region", { name: "Rotation state" }).waitFor();
  await to(page, "Devices");
  await page.getByText("Datacentre move", { exact: false }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to or do…" }).fill("resu rot");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Rotation state" }).waitFor({ state: "detached" });
  await done();
});

test("the palette goes to a screen, a credential and an operation by keyboard alone", async () => {
  const { page, done } = await browser.open("three");
  await page.getByRole("heading", { name: "Home" }).waitFor();
  const type = async (text) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to or do…" }).fill(text);
  };
  await type("atte");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Attempts" }).waitFor();
  await type("deploy");
  await page
    .getByRole("option", { name: /deploy on srv-web-02/ })
    .first()
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "deploy on srv-web-02" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await type("2");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Operations" }).waitFor();
  await counts(page, "1");
  await done();
});

test("every figure of Home leads to the credentials that it counts", async () => {
  const { page, done } = await browser.open("three");
  const figure = page.getByRole("list", { name: "Credential status" }).getByRole("button", { name: /Out of sync/ });
  assert.match((await figure.textContent()) ?? "", /1$/);
  await figure.click();
  await page.getByRole("heading", { name: "Credentials" }).waitFor();
  await counts(page, "1");
  await page.getByRole("grid").getByText("deploy").waitFor();
  await done();
});

test("a vault that can only be read shows policies and operations, and offers no change", async () => {
  const { page, done } = await browser.open("three,readonly");
  assert.equal(await button(page, "Pause all rotation").count(), 0);
  await to(page, "Policies");
  assert.equal(await button(page, "Add policy").count(), 0);
  await to(page, "Operations");
  assert.equal(await page.getByRole("checkbox").count(), 0);
  await done();
});
