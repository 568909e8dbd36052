// The screens of bulk actions, approvals, their report and their settings, and the way to each.
const ready = (page) => page.locator('[role="grid"][aria-busy="false"]').last().waitFor();
const press = (page, label) => page.getByRole("button", { name: label, exact: true }).last().click();
const open = (page, label) => page.getByRole("navigation").getByRole("button", { name: label, exact: true }).click();
const check = (page, label) => page.getByLabel(label, { exact: true }).setChecked(true, { force: true });
const begin = async (page, w, action) => {
  await open(page, w.frame.credentials);
  await ready(page);
  await press(page, w.batch.button);
  await page.getByRole("radio", { name: w.batch.actions[action], exact: true }).check();
  await press(page, w.batch.next);
  await ready(page);
};
const pickAll = async (page, w) => {
  await press(page, w.batch.add);
  await page.getByRole("grid").last().getByRole("checkbox").nth(1).waitFor();
  await page.getByRole("grid").last().focus();
  await page.keyboard.press("Control+a");
  await page.getByRole("region", { name: w.batch.pick.update }).getByRole("button").last().click();
  await page.getByRole("grid").last().getByRole("checkbox").nth(1).waitFor();
};
const fill = async (page, w) => {
  await begin(page, w, "update");
  await pickAll(page, w);
  await press(page, w.batch.next);
  await check(page, w.batch.modify.domain);
  await page.getByRole("textbox", { name: w.credentials.domain }).fill("LAB");
};
const review = async (page, w) => {
  await fill(page, w);
  await press(page, w.batch.next);
  await page.getByText(w.batch.reviewTitle).first().waitFor();
  await ready(page);
};
const reason = async (page, w) => {
  await review(page, w);
  await press(page, w.batch.next);
  await page.getByLabel(w.batch.reason).fill("The lab moves.");
};
const show = async (page, code) => {
  await page
    .getByRole("grid")
    .getByText(new RegExp(`^(#|nº )${code} `))
    .first()
    .click();
  await page.getByRole("dialog").waitFor();
  await ready(page);
};
const reports = async (page, w) => {
  await open(page, w.frame.batches);
  await ready(page);
};

export function bulkScreens(w) {
  const all = ["none", "three", "many"];
  const approver = ["three,approver"];
  return [
    {
      name: "batch-type",
      rows: ["three"],
      go: async (page) => {
        await open(page, w.frame.credentials);
        await ready(page);
        await press(page, w.batch.button);
        await page.getByRole("radio", { name: w.batch.actions.update, exact: true }).check();
      },
    },
    { name: "batch-empty", rows: ["three"], go: (page) => begin(page, w, "expire") },
    {
      name: "batch-picker",
      rows: all,
      go: async (page) => {
        await begin(page, w, "inactivate");
        await press(page, w.batch.add);
        await ready(page);
      },
    },
    {
      name: "batch-check",
      rows: ["three", "many"],
      go: async (page) => {
        await begin(page, w, "update");
        await pickAll(page, w);
      },
    },
    {
      name: "batch-fields",
      rows: ["three"],
      go: async (page) => {
        await fill(page, w);
        await check(page, w.batch.modify.tags);
        await check(page, w.batch.modify.parent);
        await check(page, w.batch.modify.passwordChange);
        await check(page, w.batch.modify.reconciliation);
        await press(page, w.batch.next);
        await page.locator('[aria-invalid="true"]').first().waitFor();
      },
    },
    { name: "batch-review", rows: ["three", "many"], go: (page) => review(page, w) },
    { name: "batch-reason", rows: ["three"], go: (page) => reason(page, w) },
    {
      name: "batch-leave",
      rows: ["three"],
      go: async (page) => {
        await fill(page, w);
        await press(page, w.common.cancel);
        await page.getByText(w.batch.leaveText).waitFor();
      },
    },
    {
      name: "batch-sent",
      rows: ["three"],
      go: async (page) => {
        await reason(page, w);
        await press(page, w.batch.save);
        await page.getByText(w.batch.whoDecides).waitFor();
      },
    },
    { name: "approvals", rows: all.map((rows) => `${rows},approver`), go: ready },
    {
      name: "approval",
      rows: ["three,approver", "many,approver"],
      go: async (page) => {
        await ready(page);
        await show(page, 1);
      },
    },
    {
      name: "approval-reject",
      rows: ["three,approver,again,code"],
      go: async (page) => {
        await ready(page);
        await show(page, 1);
        await press(page, w.requests.doings.reject);
        await page.getByLabel(w.requests.yourReason).waitFor();
        await press(page, w.requests.reject);
        await page.locator('[aria-invalid="true"]').first().waitFor();
      },
    },
    {
      name: "approval-approve",
      rows: approver,
      go: async (page) => {
        await ready(page);
        await show(page, 1);
        await press(page, w.requests.doings.approve);
        await page.getByLabel(w.requests.yourReason).waitFor();
      },
    },
    {
      name: "approval-tampered",
      rows: ["three,approver,tampered"],
      go: async (page) => {
        await ready(page);
        await show(page, 1);
        await page.getByText(w.requests.integrity.contentChanged).waitFor();
      },
    },
    {
      name: "approvals-emergency",
      rows: ["three,approver,unseen"],
      go: async (page) => {
        await ready(page);
        await page.getByRole("main").getByRole("alert").waitFor();
      },
    },
    {
      name: "approval-emergency",
      rows: ["three,approver,unseen"],
      go: async (page) => {
        await ready(page);
        await page.getByRole("button", { name: /^(#|nº )7 / }).click();
        await page.getByRole("button", { name: w.requests.doings.acknowledgeEmergency }).waitFor();
      },
    },
    { name: "batches", rows: all, go: (page) => reports(page, w) },
    ...[
      ["conflict", 3],
      ["emergency", 7],
    ].map(([name, code]) => ({
      name: `batch-${name}`,
      rows: ["three"],
      go: async (page) => {
        await reports(page, w);
        await show(page, code);
      },
    })),
    {
      name: "batch-apply-in-emergency",
      rows: ["three,administrator,emergency"],
      go: async (page) => {
        await reports(page, w);
        await show(page, 1);
        await press(page, w.requests.doings.applyInEmergency);
        await page.getByLabel(w.requests.justification).waitFor();
      },
    },
    {
      name: "approvers",
      rows: ["none", "three", "many", "three,auditor"],
      go: async (page) => {
        await open(page, w.frame.approvers);
        await page.getByRole("heading", { name: w.approvers.who }).waitFor();
      },
    },
    {
      name: "approvers-emergency",
      rows: ["three"],
      go: async (page) => {
        await open(page, w.frame.approvers);
        await press(page, w.approvers.turnOn);
        await page.getByText(w.approvers.turnOnText).waitFor();
      },
    },
  ];
}
