// Every screen and dialogue of the window, and the way to each; shared by the accessibility tests and the pictures.
import { bulkScreens } from "./bulk-screens.mjs";
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

const atHome = (page, w) => page.getByRole("region", { name: w.home.running }).waitFor();
// Parts that are loaded after the first paint are there when their heading is visible.
const titled = (page) => page.getByRole("heading", { level: 1 }).waitFor();
const open = (page, label) => page.getByRole("navigation").getByRole("button", { name: label, exact: true }).click();
const fill = (page, label, text) => page.getByLabel(label, { exact: true }).fill(text);
const press = (page, label) => page.getByRole("button", { name: label, exact: true }).last().click();
const dialog = (page) => page.getByRole("dialog").last().waitFor();
const openAccount = async (page, w) => {
  await page.getByRole("button", { name: new RegExp(`^${w.frame.accountWord}: `) }).click();
  await page.getByRole("menuitem", { name: w.frame.account }).click();
  await page.getByRole("heading", { name: w.account.desktop }).waitFor();
};
const openVault = async (page, w) => {
  await open(page, w.frame.vaultSettings);
  await page.getByRole("heading", { name: w.vault.integrity }).waitFor();
};
const openUser = async (page, w, row, item) => {
  await navigate(page, w.frame.users);
  await openRowMenu(page, row);
  await page.getByRole("menuitem", { name: item }).click();
  await dialog(page);
};
const words24 =
  "anchor basket candle desert engine fabric garden hammer island jacket kitten ladder magnet needle orange pencil quartz rabbit saddle timber urchin velvet walnut yellow";

/** The screens of people, keys, the audit trail and settings. */
function peopleScreens(w) {
  const all = ["none", "three", "many"];
  const some = ["three"];
  return [
    {
      name: "unlock-key-file",
      rows: ["locked,desktopkey"],
      go: (page) => press(page, w.session.useKeyFile),
    },
    {
      name: "unlock-key-file-chosen",
      rows: ["locked"],
      go: async (page) => {
        await press(page, w.session.useKeyFile);
        await press(page, w.session.chooseKeyFile);
        await page.getByRole("button", { name: w.session.noKeyFile }).waitFor();
      },
    },
    {
      name: "recover",
      rows: ["locked"],
      go: async (page) => {
        await press(page, w.session.forgotten);
        await page.getByLabel(w.session.recoverWords).fill("anchor b4sket");
        await press(page, w.session.recoverOpen);
        await page.getByRole("alert").waitFor();
      },
    },
    {
      name: "recover-password",
      rows: ["locked"],
      go: async (page) => {
        await press(page, w.session.forgotten);
        await page.getByLabel(w.session.recoverWords).fill(words24);
        await press(page, w.session.recoverOpen);
        await page.getByLabel(w.session.newPassword).waitFor();
      },
    },
    {
      name: "damaged",
      rows: ["locked,damagedfile", "locked,damagedfile,none"],
      go: async (page) => {
        await fill(page, w.start.password, "correct horse");
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: w.session.damagedTitle }).waitFor();
        await page
          .getByText(/20\d\d/)
          .or(page.getByText(w.session.noBackup))
          .first()
          .waitFor();
      },
    },
    {
      name: "first-password",
      rows: ["three,invited"],
      go: titled,
    },
    {
      name: "locked-window",
      rows: ["atlock,desktopkey", "atlock,waiting"],
      go: (page) => page.getByRole("heading", { name: w.session.lockedTitle }).waitFor(),
    },
    {
      name: "locked-another",
      rows: ["atlock"],
      go: async (page) => {
        await press(page, w.session.anotherUser);
        await page.getByLabel(w.start.yourName).waitFor();
      },
    },
    {
      name: "sign-in-code",
      rows: ["locked,three,authenticator"],
      go: async (page) => {
        await page.getByLabel(w.start.password, { exact: true }).fill("correct horse");
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: w.session.codeTitle }).waitFor();
        await page.keyboard.type("111111");
        await page.keyboard.press("Enter");
        await page.locator('[aria-invalid="true"]').waitFor();
      },
    },
    {
      name: "set-back-reason",
      rows: ["three,rolledback"],
      go: async (page) => {
        await atHome(page, w);
        await press(page, w.notices.understood);
        await page.getByRole("dialog").waitFor();
      },
    },
    {
      name: "account-totp-remove",
      rows: ["three"],
      go: async (page) => {
        await openAccount(page, w);
        await press(page, w.account.totpRemove);
        await page.getByRole("dialog").waitFor();
      },
    },
    {
      name: "first-kit",
      rows: ["first"],
      go: async (page) => {
        await createVault(page, w);
        await page.getByRole("button", { name: w.kit.make }).waitFor();
      },
    },
    {
      name: "kit-words",
      rows: ["first"],
      go: async (page) => {
        await createVault(page, w);
        await press(page, w.kit.make);
        await page.getByTestId("kit-words").waitFor();
      },
    },
    {
      name: "kit-check",
      rows: ["first"],
      go: async (page) => {
        await createVault(page, w);
        await press(page, w.kit.make);
        await press(page, w.kit.goCheck);
        await page.getByRole("textbox").first().fill("wrong");
        await press(page, w.kit.check);
        await page.locator('[aria-invalid="true"]').waitFor();
      },
    },
    { name: "notices", rows: ["three,nokit,rolledback,synced,oldbackup,waiting"], go: (page) => atHome(page, w) },
    { name: "notices-behind", rows: ["three,behind"], go: (page) => atHome(page, w) },
    {
      name: "notices-displaced",
      rows: ["three,displaced-gone", "three,displaced-replaced", "three,displaced-overwritten"],
      go: (page) => atHome(page, w),
    },
    {
      name: "notices-copy",
      rows: ["three,displaced-gone"],
      go: async (page) => {
        await page.getByRole("button", { name: w.displaced.save, exact: true }).click();
        await page.getByRole("dialog").waitFor();
      },
    },
    {
      name: "notices-copied",
      rows: ["three,displaced-gone"],
      go: async (page) => {
        await page.getByRole("button", { name: w.displaced.save, exact: true }).click();
        await page.getByRole("dialog").getByRole("button", { name: w.start.chooseFolder }).click();
        await page.getByRole("button", { name: w.displaced.saveHere, exact: true }).click();
        await page.getByText(w.displaced.saved).waitFor();
      },
    },
    { name: "notices-damaged", rows: ["three,damaged"], go: (page) => atHome(page, w) },
    { name: "notices-altered", rows: ["three,altered"], go: (page) => atHome(page, w) },
    { name: "users", rows: all, go: (page) => navigate(page, w.frame.users) },
    {
      name: "user-form",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.users);
        await press(page, w.users.add);
        await dialog(page);
        await page.getByRole("checkbox", { name: w.users.roleNames.approver }).check();
      },
    },
    {
      name: "user-one-time",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.users);
        await press(page, w.users.add);
        await dialog(page);
        await page.getByRole("textbox", { name: w.users.name }).fill("Davi");
        await press(page, w.users.add);
        await page.getByTestId("password").waitFor();
      },
    },
    { name: "user-details", rows: some, go: (page) => openUser(page, w, 3, w.users.details) },
    { name: "user-remove", rows: some, go: (page) => openUser(page, w, 2, w.users.remove) },
    { name: "user-disable", rows: some, go: (page) => openUser(page, w, 2, w.users.disable) },
    {
      name: "parameters",
      rows: some,
      go: async (page) => {
        await open(page, w.frame.parameters);
        await page.getByRole("textbox", { name: w.parameters.keys.attempts.label }).fill("44");
        await press(page, w.common.save);
        await page.locator('[aria-invalid="true"]').waitFor();
      },
    },
    {
      name: "parameters-read",
      rows: ["three,auditor"],
      go: async (page) => {
        await open(page, w.frame.parameters);
        // The sidebar has an entry with the same text.
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.getByRole("main").getByText(w.parameters.keys.attempts.label, { exact: true }).waitFor();
      },
    },
    { name: "audit", rows: all, go: (page) => navigate(page, w.frame.auditTrail) },
    {
      name: "audit-entry",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.auditTrail);
        await grid(page).getByText("root on srv-db-01").click();
        await page.getByRole("table").waitFor();
      },
    },
    ...["three", "three,broken"].map((rows) => ({
      name: rows === "three" ? "audit-verify" : "audit-broken",
      rows: [rows],
      go: async (page) => {
        await navigate(page, w.frame.auditTrail);
        await press(page, w.audit.verify);
        await page
          .getByRole("dialog")
          .getByText(rows === "three" ? /Ana/ : w.audit.brokenTry)
          .waitFor();
      },
    })),
    {
      name: "audit-export",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.auditTrail);
        await press(page, w.audit.export);
        await page.getByRole("menu").waitFor();
      },
    },
    { name: "vault", rows: ["none", "three,nokit"], go: (page) => openVault(page, w) },
    {
      name: "vault-rekey",
      rows: some,
      go: async (page) => {
        await openVault(page, w);
        await press(page, w.vault.rekey);
        await dialog(page);
      },
    },
    {
      name: "vault-raise",
      rows: some,
      go: async (page) => {
        await openVault(page, w);
        await press(page, w.vault.raise);
        await press(page, w.vault.measure);
        await page.getByLabel(w.session.yourPassword).waitFor();
      },
    },
    {
      name: "vault-kit",
      rows: some,
      go: async (page) => {
        await openVault(page, w);
        await press(page, w.kit.makeNew);
        await dialog(page);
      },
    },
    {
      name: "backups",
      rows: all,
      go: async (page) => {
        await openVault(page, w);
        await page.getByRole("tab", { name: w.backups.title }).click();
        await ready(page);
      },
    },
    {
      name: "backup-drill",
      rows: some,
      go: async (page) => {
        await openVault(page, w);
        await page.getByRole("tab", { name: w.backups.title }).click();
        await openRowMenu(page, 1);
        await page.getByRole("menuitem", { name: w.backups.drill }).click();
        await page.getByText(w.backups.drillGood).waitFor();
      },
    },
    {
      name: "backup-restore",
      rows: some,
      go: async (page) => {
        await openVault(page, w);
        await page.getByRole("tab", { name: w.backups.title }).click();
        await openRowMenu(page, 1);
        await page.getByRole("menuitem", { name: w.backups.restoreAs }).click();
        await dialog(page);
      },
    },
    { name: "account", rows: ["three", "three,nokeystore"], go: (page) => openAccount(page, w) },
    {
      name: "account-menu",
      rows: some,
      go: async (page) => {
        await atHome(page, w);
        await page.getByRole("button", { name: new RegExp(`^${w.frame.accountWord}: `) }).click();
        await page.getByRole("menu").waitFor();
      },
    },
    {
      name: "account-password",
      rows: some,
      go: async (page) => {
        await openAccount(page, w);
        await press(page, w.account.changePassword);
        await dialog(page);
        await fill(page, w.session.newPassword, "four unrelated words");
        await page.getByText(w.start.strengthScore["4"]).waitFor();
      },
    },
    {
      name: "account-totp",
      rows: ["three,totpless"],
      go: async (page) => {
        await openAccount(page, w);
        await press(page, w.account.totpSet);
        await fill(page, w.session.yourPassword, "correct horse");
        await press(page, w.account.goOn);
        await page.locator("img").waitFor();
      },
    },
    {
      name: "account-key-file",
      rows: some,
      go: async (page) => {
        await openAccount(page, w);
        await press(page, w.account.keyFileMake);
        await dialog(page);
      },
    },
    {
      name: "sign-out",
      rows: some,
      go: async (page) => {
        await atHome(page, w);
        await page.getByRole("button", { name: new RegExp(`^${w.frame.accountWord}: `) }).click();
        await page.getByRole("menuitem", { name: w.session.signOut }).click();
        await dialog(page);
      },
    },
    {
      name: "secret-reason",
      rows: ["three,justify,code"],
      go: async (page) => {
        await navigate(page, w.frame.credentials);
        await grid(page).getByText("root").click();
        await press(page, w.credentials.reveal);
        await page.getByLabel(w.secrets.why).waitFor();
      },
    },
    {
      name: "secret-history",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.credentials);
        await openRowMenu(page, 2);
        await page.getByRole("menuitem", { name: w.secrets.history }).click();
        await page
          .getByRole("button", { name: new RegExp(w.credentials.reveal) })
          .first()
          .click();
        await page.getByTestId("password").waitFor();
      },
    },
  ];
}

const createVault = async (page, w) => {
  await fill(page, w.start.vaultName, "Team");
  await fill(page, w.start.yourName, "Ana");
  await fill(page, w.start.password, "four unrelated words here");
  await fill(page, w.start.repeat, "four unrelated words here");
  await press(page, w.start.create);
};

/** Returns every screen. `rows` are the scenarios in which it is shown; `go` brings a freshly opened page there. */
export async function screens(language) {
  const w = await words(language);
  const credentials = (page) => navigate(page, w.frame.credentials);
  const operations = (page) => navigate(page, w.frame.operations);
  const policies = (page) => navigate(page, w.frame.policies);
  const strengths = (page) => navigate(page, w.frame.strengths);
  const home = (page) => atHome(page, w);
  const all = ["none", "three", "many"];
  const some = ["three"];
  return [
    ...peopleScreens(w),
    ...bulkScreens(w),
    { name: "first-run", rows: ["first"], go: titled },
    {
      name: "first-run-errors",
      rows: ["first"],
      go: async (page) => {
        await page.getByLabel(w.start.password, { exact: true }).fill("abc");
        await page.getByRole("button", { name: w.start.create }).click();
        await page.getByText(w.start.strengthScore["0"]).waitFor();
      },
    },
    { name: "unlock", rows: ["locked"], go: titled },
    {
      name: "unlock-diagnostics",
      rows: ["locked"],
      go: async (page) => {
        await press(page, w.diagnostics.save);
        await page.getByText("chaveiro-diagnostics.txt").waitFor();
      },
    },
    {
      name: "unlock-diagnostics-failed",
      rows: ["locked,nolog"],
      go: async (page) => {
        await press(page, w.diagnostics.openFolder);
        await page.getByText("K7QX2M9D").waitFor();
      },
    },
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
    { name: "home", rows: all, go: home },
    {
      name: "home-paused",
      rows: some,
      go: async (page) => {
        await home(page);
        await page.getByRole("button", { name: w.rotation.pauseAll }).click();
        await page.getByLabel(w.rotation.reason).fill("Datacentre move");
        await page.getByRole("dialog").getByRole("button", { name: w.rotation.pauseAll }).click();
        await page.getByRole("region", { name: w.rotation.banner }).waitFor();
      },
    },
    {
      name: "palette",
      rows: ["many"],
      go: async (page) => {
        await home(page);
        await page.keyboard.press("Control+k");
        await page.getByRole("combobox", { name: w.palette.title }).fill("root1");
        await page.getByRole("option", { name: /root1/ }).first().waitFor();
      },
    },
    { name: "credentials", rows: all, go: credentials },
    {
      name: "credential-details",
      rows: some,
      go: async (page) => {
        await credentials(page);
        await grid(page).getByText("root").click();
        await page.getByRole("button", { name: w.credentials.reveal }).click();
        await page.getByTestId("password").waitFor();
      },
    },
    {
      name: "credential-menu",
      rows: some,
      go: async (page) => {
        await credentials(page);
        await openRowMenu(page, 2);
      },
    },
    {
      name: "credential-form",
      rows: some,
      go: async (page) => {
        await credentials(page);
        await page.getByRole("button", { name: w.credentials.add }).first().click();
        await page.getByRole("button", { name: w.common.save }).click();
        await page.locator('[aria-invalid="true"]').first().waitFor();
      },
    },
    {
      name: "credential-form-execution",
      rows: some,
      go: async (page) => {
        await credentials(page);
        await openRowMenu(page, 1);
        await page.getByRole("menuitem", { name: w.credentials.edit }).click();
        await page.getByRole("tab", { name: w.credentials.tabExecution }).click();
        await page.getByLabel(w.credentials.connectOwn).setChecked(false, { force: true });
      },
    },
    {
      name: "credential-form-chain",
      rows: some,
      go: async (page) => {
        await credentials(page);
        await openRowMenu(page, 2);
        await page.getByRole("menuitem", { name: w.credentials.edit }).click();
        await page.getByRole("tab", { name: w.credentials.tabChain }).click();
        await page.getByLabel(w.chain.group).waitFor();
      },
    },
    {
      name: "credential-rotation",
      rows: some,
      go: async (page) => {
        await credentials(page);
        await grid(page).getByText("deploy").click();
        await page.getByRole("button", { name: w.policies.why }).click();
        await page.getByRole("list", { name: w.chain.title }).waitFor();
        await page.getByRole("button", { name: w.policies.whyHide }).scrollIntoViewIfNeeded();
      },
    },
    {
      name: "credential-pause",
      rows: some,
      go: async (page) => {
        await credentials(page);
        await openRowMenu(page, 2);
        await page.getByRole("menuitem", { name: w.rotation.pause }).click();
        await page.getByRole("dialog").getByRole("button", { name: w.rotation.pause }).click();
        await page.locator('[aria-invalid="true"]').waitFor();
      },
    },
    { name: "policies", rows: all, go: policies },
    {
      name: "policy-details",
      rows: some,
      go: async (page) => {
        await policies(page);
        await grid(page).getByText("Production databases").click();
        await page.getByRole("dialog").getByText("America/Sao_Paulo").waitFor();
      },
    },
    ...["general", "triggers", "overrides", "effect"].map((tab) => ({
      name: `policy-form-${tab}`,
      rows: tab === "effect" ? ["many"] : some,
      go: async (page) => {
        await policies(page);
        await grid(page).getByText("Production databases").first().click();
        await page.getByRole("button", { name: w.policies.edit }).click();
        if (tab === "effect") await page.getByLabel(w.policies.fields.device, { exact: true }).fill("host-000*");
        await page.getByRole("tab", { name: w.policies.tabs[tab], exact: true }).click();
        await page.locator("form output").waitFor();
      },
    })),
    {
      name: "policy-form-problems",
      rows: ["none"],
      go: async (page) => {
        await policies(page);
        await page.getByRole("button", { name: w.policies.add }).first().click();
        await page.getByRole("button", { name: w.common.save }).click();
        await page.locator('[aria-invalid="true"]').first().waitFor();
      },
    },
    {
      name: "policy-pause",
      rows: some,
      go: async (page) => {
        await policies(page);
        await openRowMenu(page, 1);
        await page.getByRole("menuitem", { name: w.rotation.pause }).click();
        await page.getByRole("dialog").waitFor();
      },
    },
    { name: "strengths", rows: all, go: strengths },
    {
      name: "strength-form",
      rows: some,
      go: async (page) => {
        await strengths(page);
        await grid(page).getByText("Network devices").click();
        await page.getByText(w.strengths.samples).waitFor();
      },
    },
    {
      name: "strength-form-problems",
      rows: some,
      go: async (page) => {
        await strengths(page);
        await page.getByRole("button", { name: w.strengths.add }).click();
        await page.getByLabel(w.strengths.maximumLength).fill("7");
        await page.locator('[aria-invalid="true"]').first().waitFor();
      },
    },
    {
      name: "credential-delete",
      rows: some,
      go: async (page) => {
        await credentials(page);
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
    ...["new", "same", "changed"].map((status) => ({
      name: `host-key-${status}`,
      rows: [status === "changed" ? "three,changedkey" : "three"],
      go: async (page) => {
        await navigate(page, w.frame.devices);
        await grid(page)
          .getByText(status === "new" ? "fw-edge-01" : "srv-db-01")
          .click();
        await page.getByRole("button", { name: w.hostKey.check }).click();
        await page.getByText(w.hostKey[status]).waitFor();
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
    { name: "operations", rows: all, go: operations },
    {
      name: "operations-filters",
      rows: ["many"],
      go: async (page) => {
        await operations(page);
        await page.getByLabel(w.operations.showDetails).setChecked(true, { force: true });
        for (const [label, fill] of [
          [w.operations.state, async (box) => box.getByLabel(w.operations.states.error).check()],
          [w.filters.fields.scheduled, async (box) => box.getByText(w.filters.quick.month).click()],
          [w.operations.type, async (box) => box.getByLabel(w.operations.types.reconciliation).check()],
        ]) {
          await page.getByRole("button", { name: w.filters.add }).click();
          await page.getByRole("menuitem", { name: label, exact: true }).click();
          await fill(page.locator('[class*="editor"]'));
        }
        await page.locator('[role="grid"][aria-busy="false"]').waitFor();
      },
    },
    {
      name: "operations-selected",
      rows: ["many"],
      go: async (page) => {
        await operations(page);
        await grid(page).getByRole("checkbox").first().click();
        await page.getByRole("region", { name: w.table.selectionBar }).waitFor();
      },
    },
    {
      name: "operation-reconcile",
      rows: some,
      go: async (page) => {
        await operations(page);
        await page
          .getByRole("row", { name: /deploy/ })
          .getByRole("button")
          .click();
        await page.getByRole("menuitem", { name: w.operations.actions.reconcile }).click();
        await page.getByRole("dialog").getByText(w.change.later, { exact: true }).click();
      },
    },
    {
      name: "filter-save",
      rows: some,
      go: async (page) => {
        await operations(page);
        await page.getByRole("searchbox").fill("deploy");
        await page.waitForFunction(() => document.querySelector('[data-testid="count"]')?.textContent === "1");
        await page.getByRole("button", { name: w.filters.savedTitle }).click();
        await page.getByRole("menuitem", { name: w.filters.saveThis }).click();
        await page.getByRole("dialog").getByLabel(w.filters.name).waitFor();
      },
    },
    { name: "attempts", rows: all, go: (page) => navigate(page, w.frame.attempts) },
    {
      name: "attempt-details",
      rows: some,
      go: async (page) => {
        await navigate(page, w.frame.attempts);
        await grid(page).getByText("deploy").click();
        await page.getByText(w.operations.transcript).click();
      },
    },
    { name: "expiration", rows: all, go: (page) => navigate(page, w.frame.expiration) },
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
        await home(page);
        await page.getByRole("button", { name: w.frame.preferences }).click();
        await page.getByRole("menu").waitFor();
      },
    },
  ];
}
