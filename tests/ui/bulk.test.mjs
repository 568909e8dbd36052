// Bulk actions in the window, with an in-memory host: requesting, deciding, canceling, and requesting again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.mjs";

let browser;
before(async () => {
  browser = await start();
});
after(() => browser.stop());

const button = (page, name) => page.getByRole("button", { name, exact: true }).last();
const ready = (page) => page.locator('[role="grid"][aria-busy="false"]').last().waitFor();
const to = (page, name) => page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
const credentials = async (page) => {
  await to(page, "Credentials");
  await ready(page);
};
const dialog = (page) => page.getByRole("dialog").last();
const row = (page, text) => page.getByRole("grid").last().getByText(text, { exact: true }).first();
const requests = (page) => page.evaluate(() => [...window.fakeHost.requests.values()]);

async function begin(page, type) {
  await button(page, "Bulk action").click();
  await page.getByRole("radio", { name: type, exact: true }).check();
  await button(page, "Next").click();
}

async function pickAll(page) {
  await button(page, "Add credentials").click();
  await ready(page);
  await button(page, "Select all 3 that match").click();
  await button(page, "Add 3").click();
  await page.getByRole("heading", { name: "3 credentials picked" }).waitFor();
}

test("an update goes from picking to a request, and nothing has changed by then", async () => {
  const { page, done } = await browser.open("three,en");
  await credentials(page);
  await begin(page, "Update");
  await pickAll(page);
  await page.getByText("1 credential may be blocked").waitFor();
  await button(page, "Next").click();
  assert.ok(await button(page, "Next").isDisabled(), "no field is switched on yet");
  await page.getByLabel("Modify domain").setChecked(true, { force: true });
  await page.getByRole("textbox", { name: "Domain" }).fill("LAB");
  await button(page, "Next").click();
  await page.getByText("Changed (3)").waitFor();
  await page.getByRole("button", { name: /CORP/ }).click();
  await page.waitForFunction(
    () => document.querySelectorAll('[role="dialog"] [role="row"][aria-rowindex]').length === 2,
  );
  await button(page, "Next").click();
  await button(page, "Save").click();
  await page.getByText("Enter a value.").waitFor();
  await page.getByLabel("Reason").fill("The lab moves.");
  await button(page, "Save").click();
  await page.getByText("Nothing changes until an approver approves it.").first().waitFor();
  const made = (await requests(page)).at(-1);
  assert.equal(made.state, "awaitingApproval");
  assert.equal(made.reason, "The lab moves.");
  assert.deepEqual(
    made.tasks.map(({ changes }) => changes[0].parts[0].to),
    ["LAB", "LAB", "LAB"],
  );
  const domains = await page.evaluate(() =>
    [...window.fakeHost.records.credentials.values()].map((each) => each.domain),
  );
  assert.ok(!domains.includes("LAB"), "nothing has changed");
  await button(page, "Show request #10").click();
  await page.getByText("Request #10: Update, 3 entries").waitFor();
  await done();
});

test("going back and forth loses nothing, and leaving asks", async () => {
  const { page, done } = await browser.open("three,en");
  await credentials(page);
  await begin(page, "Update");
  await pickAll(page);
  await button(page, "Next").click();
  await page.getByLabel("Modify domain").setChecked(true, { force: true });
  await page.getByRole("textbox", { name: "Domain" }).fill("LAB");
  for (let times = 0; times < 2; times++) await button(page, "Back").click();
  for (let times = 0; times < 2; times++) await button(page, "Next").click();
  assert.equal(await page.getByRole("textbox", { name: "Domain" }).inputValue(), "LAB");
  await page.keyboard.press("Escape");
  await page.getByText("Leave the bulk action?").waitFor();
  await button(page, "Keep editing").click();
  assert.equal(await page.getByRole("textbox", { name: "Domain" }).inputValue(), "LAB", "it is all still there");
  await page.keyboard.press("Escape");
  await button(page, "Leave").click();
  await page.waitForFunction(() => !document.querySelector('[role="dialog"]'));
  assert.equal((await requests(page)).length, 9, "nothing was asked for");
  await done();
});

test("what was selected in the list is picked, and what the type does not apply to is flagged and refused", async () => {
  const { page, done } = await browser.open("three,en");
  await credentials(page);
  await page.getByRole("grid").getByRole("checkbox").first().click();
  await page.getByText("3 selected").waitFor();
  await begin(page, "Activate");
  await page.getByRole("heading", { name: "3 credentials picked" }).waitFor();
  await page.getByText("3 credentials may be blocked").waitFor();
  await row(page, "root").click();
  await button(page, "Remove 1").click();
  await page.getByRole("heading", { name: "2 credentials picked" }).waitFor();
  await button(page, "Next").click();
  await page.getByText("2 credentials would be refused and are left out").waitFor();
  await button(page, "Next").click();
  await page.getByLabel("Reason").fill("why not");
  await button(page, "Save").click();
  await page.getByRole("alert").waitFor();
  await done();
});

test("an approver sees the badge, reads every change, and approves", async () => {
  const { page, done } = await browser.open("three,approver,en");
  await page.getByRole("navigation").getByText("2 wait for you").waitFor();
  await row(page, "#1 Update").click();
  await dialog(page).getByText("Linux – own account").first().waitFor();
  await page.getByRole("searchbox", { name: "Search credentials and values" }).fill("deploy");
  await page.waitForFunction(
    () => !document.querySelector('[role="dialog"] [role="grid"]')?.textContent.includes("fw-edge"),
  );
  await button(page, "Approve").click();
  await page.getByText("This is the last approval needed").waitFor();
  await button(page, "Approve 3 entries").click();
  await page.getByText("You approved request #1. Its state is now: Applied.").waitFor();
  await dialog(page).getByText("Signature valid").waitFor();
  assert.equal((await requests(page))[0].state, "applied");
  assert.equal(await button(page, "Approve").count(), 0, "it is decided");
  await done();
});

test("rejecting needs a reason, and deciding the password where the parameter says so", async () => {
  const { page, done } = await browser.open("three,approver,again,en");
  await row(page, "#1 Update").click();
  await button(page, "Reject").click();
  await dialog(page).getByLabel("Your reason").waitFor();
  await button(page, "Reject").click();
  await page.getByText("Enter a value.").first().waitFor();
  await dialog(page).getByLabel("Your reason").fill("Still in use.");
  await dialog(page).getByLabel("Your password").fill("wrong");
  await button(page, "Reject").click();
  await dialog(page).getByText("Name, password or key file is incorrect.").waitFor();
  assert.equal((await requests(page))[0].state, "awaitingApproval", "nothing was decided");
  await dialog(page).getByLabel("Your password").fill("correct horse");
  await button(page, "Reject").click();
  await page.getByText("Its state is now: Rejected.", { exact: false }).waitFor();
  const [request] = await requests(page);
  assert.equal(request.state, "rejected");
  assert.equal(request.decisions[0].reason, "Still in use.");
  await done();
});

test("a request that another decides meanwhile says so and can no longer be decided", async () => {
  const { page, done } = await browser.open("three,approver,en");
  await row(page, "#1 Update").click();
  await button(page, "Approve").waitFor();
  await page.evaluate(() => {
    const request = window.fakeHost.requests.get("r0");
    window.fakeHost.requests.set("r0", { ...request, state: "rejected", endedAt: new Date().toISOString() });
    window.fakeHost.changed("request", ["r0"]);
  });
  await page.getByText("The request has changed meanwhile. Its state is now: Rejected.").waitFor();
  assert.equal(await button(page, "Approve").count(), 0);
  await done();
});

test("a request whose time runs out while it is open says so", async () => {
  const { page, done } = await browser.open("three,approver,en");
  await page.evaluate(() => {
    const request = window.fakeHost.requests.get("r0");
    window.fakeHost.requests.set("r0", { ...request, validUntil: new Date(Date.now() + 4000).toISOString() });
    window.fakeHost.changed("request", ["r0"]);
  });
  await row(page, "#1 Update").click();
  await button(page, "Approve").waitFor();
  await page.getByText("Its validity has ended: it can no longer be decided.").waitFor();
  assert.equal(await button(page, "Approve").count(), 0);
  await done();
});

test("whoever asked sees their own request, cannot decide it, and takes it back", async () => {
  const { page, done } = await browser.open("three,operator,approver,en");
  await to(page, "Approvals");
  await page.getByRole("tab", { name: "My requests" }).click();
  await row(page, "#5 Update").click();
  await page.getByText("This is your own request: another approver must decide.").waitFor();
  assert.equal(await button(page, "Approve").count(), 0);
  await button(page, "Cancel request").click();
  await page.getByText("Cancel request #5?").waitFor();
  await button(page, "Cancel request").click();
  await page.getByText("Request #5 is now: Canceled.").waitFor();
  await done();
});

test("a conflict names each difference and is asked for again in one click", async () => {
  const { page, done } = await browser.open("three,en");
  await to(page, "Batch operations");
  await row(page, "#3 Inactivate").click();
  await page.getByText("2 differences from the approved content: nothing was applied").waitFor();
  await dialog(page).getByText("It has been deleted").waitFor();
  await button(page, "Request again").click();
  await page.getByText("Request #10: Inactivate, 3 entries").waitFor();
  assert.equal((await requests(page)).at(-1).state, "awaitingApproval");
  await done();
});

test("an emergency is red with its word, and a wrong signature is told with its reason", async () => {
  const { page, done } = await browser.open("three,auditor,en");
  await to(page, "Batch operations");
  await page.getByText("Emergencies", { exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll('[role="row"][aria-rowindex]').length === 2);
  await row(page, "#7 Update").click();
  await page.getByText("A request was applied without approvals.").waitFor();
  await page.getByText("Signature not valid").waitFor();
  await page.getByText("It was not made with this user’s key.").waitFor();
  await button(page, "Close").click();
  await button(page, "Export CSV").click();
  await page.getByText("Written to /home/ana/Documents/batch-operations.csv").waitFor();
  await done();
});

test("an approver who was away is told of an emergency, and it waits until they confirm that they know", async () => {
  const { page, done } = await browser.open("three,approver,unseen,en");
  await page.getByRole("navigation").getByText("2 wait for you, 1 request was applied without approvals").waitFor();
  await page.getByRole("main").getByText("1 request was applied without approvals").waitFor();
  await page.getByRole("button", { name: "#7 Update" }).click();
  await page.getByText("Acknowledge this emergency. Until then, it stays in your list.").waitFor();
  await button(page, "Acknowledge").click();
  await page.getByText("Acknowledged by you").waitFor();
  await button(page, "Acknowledge").waitFor({ state: "detached" });
  await button(page, "Close").click();
  await page.getByRole("navigation").getByText("2 wait for you", { exact: true }).waitFor();
  await page.waitForFunction(
    () => !document.querySelector("main").textContent.includes("was applied without approvals"),
  );
  await done();
});

test("what is shown as applied and was never approved is told", async () => {
  const { page, done } = await browser.open("three,auditor,forgedoutcome,en");
  await to(page, "Batch operations");
  await row(page, "#2 Update").click();
  await page.getByText("The request is marked applied, but its approvals do not allow that").waitFor();
  await button(page, "Export CSV").click();
  await page.getByText("Written to /home/ana/Documents/batch-operation-2.csv").waitFor();
  await done();
});

test("what is not as it was signed cannot be decided", async () => {
  const { page, done } = await browser.open("three,approver,tampered,en");
  await row(page, "#1 Update").click();
  await page.getByText("The stored content is not what was signed").waitFor();
  assert.equal(await button(page, "Approve").count(), 0);
  await done();
});

test("a new request shows in the badge and is told", async () => {
  const { page, done } = await browser.open("three,approver,en");
  await ready(page);
  await page.evaluate(() => {
    const request = window.fakeHost.requests.get("r0");
    window.fakeHost.requests.set("r99", { ...request, id: "r99", code: 99 });
    window.fakeHost.changed("request", ["r99"]);
  });
  await page.getByText("A new request arrived: 3 await your decision").waitFor();
  await row(page, "#99 Update").waitFor();
  await done();
});

test("approvers are saved with their levels, and a save over somebody else's is refused", async () => {
  const { page, done } = await browser.open("three,en");
  await to(page, "Approvers");
  await page.getByLabel("Level of Bruno").first().click();
  await page.getByRole("option", { name: "Level 2" }).click();
  await page.getByLabel("Approvals at level 2").fill("2");
  await page.getByText("Level 2 needs more approvals than it has users").waitFor();
  await page.getByLabel("Approvals at level 2").fill("1");
  await button(page, "Save approvers").click();
  await page.getByText("Approvers saved").waitFor();
  const saved = await page.evaluate(() => window.fakeHost.approvers);
  assert.equal(saved.people[1].level, 2);
  assert.equal(saved.levels[1].needed, 1);
  await page.getByLabel("Approvals at level 2").fill("0");
  // Another administrator changed the same field. A change of another field would be merged if the window read it in
  // time.
  await page.evaluate(() => {
    const { approvers } = window.fakeHost;
    const levels = approvers.levels.map((each) => (each.level === 2 ? { ...each, needed: 3 } : each));
    window.fakeHost.approvers = { ...approvers, levels, version: 99 };
    window.fakeHost.changed("approvers", []);
  });
  await button(page, "Save approvers").click();
  await button(page, "Reload").click();
  await page.waitForFunction(() => !document.body.textContent.includes("Reload"));
  await button(page, "Request permission").click();
  await page.getByLabel("Reason").fill("Nights without anybody.");
  await button(page, "Request approval").click();
  await page.getByText("A request to allow it awaits approval.").waitFor();
  await done();
});

test("what is typed while approvers are being saved stays, and so does what another's save does not touch", async () => {
  const { page, done } = await browser.open("three,slow,en");
  await to(page, "Approvers");
  await page.getByLabel("Level of Bruno").first().click();
  await page.getByRole("option", { name: "Level 2" }).click();
  await page.getByLabel("Approvals at level 2").fill("1");
  await button(page, "Save approvers").click();
  await page.getByLabel("Approvals at level 2").fill("0");
  await page.getByLabel("Rejections that end a request").fill("3");
  await page.getByText("Approvers saved").waitFor();
  await page.evaluate(() => {
    const { approvers } = window.fakeHost;
    window.fakeHost.approvers = { ...approvers, validityMinutes: 77, version: approvers.version + 1 };
    window.fakeHost.changed("approvers", []);
  });
  await page.waitForFunction(() => document.querySelector('input[value^="77"]'));
  assert.equal(await page.getByLabel("Approvals at level 2").inputValue(), "0");
  assert.equal(await page.getByLabel("Rejections that end a request").inputValue(), "3");
  await button(page, "Save approvers").click();
  await page.waitForFunction(() => window.fakeHost.approvers.rejectionsToEnd === 3);
  const saved = await page.evaluate(() => window.fakeHost.approvers);
  assert.equal(saved.people[1].level, 2, "the first save holds");
  assert.deepEqual([saved.levels[1].needed, saved.validityMinutes], [0, 77]);
  await done();
});
