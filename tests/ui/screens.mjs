// Every screen and dialogue of the window, and how one gets there: shared by the accessibility tests and the pictures.
import { words } from "./support.mjs";

const grid = (page) => page.getByRole("grid");
const ready = (page) => page.locator('[role="grid"][aria-busy="false"]').waitFor();
const navigate = async (page, label) => {
  await page.getByRole("navigation").getByRole("button", { name: label, exact: true }).click();
  await ready(page);
};
const openRowMenu = async (page, row) => {
  await page.locator('[role="row"][aria-rowindex]').nth(row).getByRole("button").last().click();
  await page.getByRole("menu").waitFor();
};

/** `rows`: scenarios it is shown in. `go` brings a freshly opened page there. */
export async function screens(language) {
  const w = await words(language);
  const all = ["none", "three", "many"];
  const some = ["three"];
  return [
    { name: "first-run", rows: ["first"], go: async () => {} },
    {
      name: "first-run-errors",
      rows: ["first"],
      go: async (page) => {
        await page.getByLabel(w.start.password, { exact: true }).fill("abc");
        await page.getByRole("button", { name: w.start.create }).click();
        await page.getByText(w.start.strengthScore["0"]).waitFor();
      },
    },
    { name: "unlock", rows: ["locked"], go: async () => {} },
    {
      name: "unlock-missing",
      rows: ["locked"],
      go: async (page) => page.getByRole("radio").last().check(),
    },
    {
      name: "unlock-wrong",
      rows: ["locked"],
      go: async (page) => {
        await page.getByLabel(w.start.password, { exact: true }).fill("nope");
        await page.keyboard.press("Enter");
        await page.getByRole("alert").waitFor();
      },
    },
    { name: "credentials", rows: all, go: ready },
    {
      name: "credential-details",
      rows: some,
      go: async (page) => {
        await ready(page);
        await grid(page).getByText("root").click();
        await page.getByRole("button", { name: w.credentials.reveal }).click();
        await page.getByTestId("password").waitFor();
      },
    },
    {
      name: "credential-menu",
      rows: some,
      go: async (page) => {
        await ready(page);
        await openRowMenu(page, 2);
      },
    },
    {
      name: "credential-form",
      rows: some,
      go: async (page) => {
        await ready(page);
        await page.getByRole("button", { name: w.credentials.add }).first().click();
        await page.getByRole("button", { name: w.common.save }).click();
        await page.locator('[aria-invalid="true"]').first().waitFor();
      },
    },
    {
      name: "credential-form-execution",
      rows: some,
      go: async (page) => {
        await ready(page);
        await openRowMenu(page, 1);
        await page.getByRole("menuitem", { name: w.credentials.edit }).click();
        await page.getByRole("tab", { name: w.credentials.tabExecution }).click();
        await page.getByLabel(w.credentials.connectOwn).setChecked(false, { force: true });
      },
    },
    {
      name: "credential-delete",
      rows: some,
      go: async (page) => {
        await ready(page);
        await openRowMenu(page, 1);
        await page.getByRole("menuitem", { name: w.credentials.delete }).click();
        await page.getByRole("dialog").waitFor();
      },
    },
    { name: "devices", rows: all, go: (page) => navigate(page, w.frame.devices) },
    {
      name: "device-details",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.devices);
        await grid(page).getByText("srv-db-01").click();
        await page.getByTestId("fingerprint").waitFor();
      },
    },
    {
      name: "device-form",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.devices);
        await page.getByRole("button", { name: w.devices.add }).first().click();
        await page.getByRole("button", { name: w.common.save }).click();
        await page.locator('[aria-invalid="true"]').first().waitFor();
      },
    },
    ...["new", "same", "changed"].map((standing) => ({
      name: `host-key-${standing}`,
      rows: [standing === "changed" ? "three,changedkey" : "three"],
      go: async (page) => {
        await navigate(page, w.frame.devices);
        await grid(page)
          .getByText(standing === "new" ? "fw-edge-01" : "srv-db-01")
          .click();
        await page.getByRole("button", { name: w.hostKey.check }).click();
        await page.getByText(w.hostKey[standing]).waitFor();
      },
    })),
    { name: "change", rows: all, go: (page) => navigate(page, w.frame.requestChange) },
    {
      name: "change-all",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.requestChange);
        await page.getByLabel(w.change.showAll).setChecked(true, { force: true });
        await page.getByText(w.notChangeable.noHostKey).waitFor();
        await grid(page).getByRole("checkbox").nth(2).click();
      },
    },
    {
      name: "change-confirm",
      rows: ["many"],
      go: async (page) => {
        await navigate(page, w.frame.requestChange);
        await grid(page).getByRole("checkbox").first().click();
        await page.getByRole("region", { name: w.table.selectionBar }).getByRole("button").last().click();
        await page.getByText(w.change.later, { exact: true }).click();
      },
    },
    { name: "operations", rows: all, go: (page) => navigate(page, w.frame.operations) },
    {
      name: "operation-details",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.operations);
        await grid(page).getByText("deploy").click();
        await page.getByText(w.operations.transcript).click();
      },
    },
    {
      name: "operation-run-now",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.operations);
        await openRowMenu(page, 1);
        await page.getByRole("menuitem", { name: w.operations.actions.runNow }).click();
        await page.getByRole("dialog").waitFor();
      },
    },
    {
      name: "preferences",
      rows: some,
      go: async (page) => {
        await ready(page);
        await page.getByRole("button", { name: w.frame.preferences }).click();
        await page.getByRole("menu").waitFor();
      },
    },
  ];
}
