// Parameters, keys, backups and integrity in the in-memory host.
import type { BackupView, KeyParametersView, ParameterView, TaskPhase, VaultView } from "../bindings";
import type { Commands } from "../host";
import { type FakeHost, invalid, later, ok, refuse, rightPassword } from "./host";
import { outOfRange } from "./numbers";
import { inventedQrCode } from "./seed/inventedCode";
import { ago, now } from "./seed/seed";
import { seedBackup } from "./seed/seedPeople";

const words =
  "anchor basket candle desert engine fabric garden hammer island jacket kitten ladder magnet needle orange pencil quartz rabbit saddle timber urchin velvet walnut yellow".split(
    " ",
  );

export function keepingCommands(host: FakeHost) {
  const keys: KeyParametersView = { memoryMebibytes: 64, passes: 3, lanes: 4, milliseconds: 340, floor: true };
  const vault = {
    format: 2,
    createdAt: ago(200 * 24 * 60),
    generation: 3,
    rekeyedAt: ago(30 * 24 * 60) as string | null,
    madeAt: ago(199 * 24 * 60) as string | null,
    checkedAt: ago(199 * 24 * 60) as string | null,
    slotsBehind: 0,
    integrity: {
      status: host.has("damaged") ? "damaged" : "sound",
      checkedAt: ago(55),
      pages: 18_204,
      findings: host.has("damaged") ? ["page 1204: checksum does not match"] : [],
    } as VaultView["integrity"],
  };
  const view = (): VaultView => {
    const { session } = host.start;
    const { madeAt, checkedAt, ...rest } = vault;
    const made = host.recovery !== "none";
    return {
      ...rest,
      name: session?.vaultName ?? "Infrastructure",
      path: session?.vaultPath ?? "",
      founder: "Ana",
      recovery: {
        status: host.recovery,
        madeAt: made ? madeAt : null,
        madeBy: made ? "Ana" : null,
        checkedAt: host.recovery === "checked" ? checkedAt : null,
      },
      keyParameters: keys,
      backupFolder: `${session?.vaultPath ?? ""}/backups`,
      newestGood: host.backups.find((backup) => backup.status === "good") ?? null,
      service: host.has("synced") ? "dropbox" : null,
      memory: { lockedKibibytes: 64, wantedKibibytes: host.has("swappable") ? 96 : 64 },
    };
  };
  const changed = () => {
    host.changed("vault", []);
    host.sessionChanged();
    return ok(view());
  };
  const set = (parameter: ParameterView, fields: Partial<ParameterView>) => {
    Object.assign(parameter, fields);
    host.changed("parameter", [parameter.key]);
    host.sessionChanged();
    return ok({ ...parameter });
  };
  const phases = (...names: TaskPhase[]): [TaskPhase, number][] => names.map((name) => [name, 12_400]);
  const found = (path: string) => host.backups.find((backup) => backup.path === path);

  return {
    parameterList: () => ok([...host.parameters]),
    parameterSave: async ({ key, value }) => {
      await later(60);
      const parameter = host.parameters.find((each) => each.key === key);
      if (!parameter) return refuse({ code: "notFound", noun: "parameter" });
      const { kind } = parameter;
      if ("minimum" in kind && value.kind === "number") {
        const problems = outOfRange("value", value.number, kind.minimum, kind.maximum);
        if (problems.length > 0) return invalid(problems);
      }
      return set(parameter, { value, changedAt: now(), changedBy: host.start.session?.userName ?? null });
    },
    parameterReset: ({ key }) => {
      const parameter = host.parameters.find((each) => each.key === key);
      if (!parameter) return refuse({ code: "notFound", noun: "parameter" });
      return set(parameter, { value: parameter.default, changedAt: null, changedBy: null });
    },
    vaultGet: () => ok(view()),
    recoveryMake: async ({ password }) => {
      await later(100);
      if (host.recovery !== "none" && password !== rightPassword) return refuse({ code: "wrongPassword" });
      host.recovery = "unchecked";
      Object.assign(vault, { madeAt: now(), checkedAt: null });
      changed();
      const { name, path } = view();
      return ok({
        vaultName: name,
        vaultPath: path,
        madeAt: now(),
        words,
        qrSvg: inventedQrCode("recovery"),
        asked: [5, 18],
        shown: host.cover(),
      });
    },
    recoveryCheck: async ({ words: typed }) => {
      await later(60);
      const wrong = typed.find(({ position, word }) => words[position - 1] !== word.trim().toLowerCase());
      if (wrong) return refuse({ code: "recoveryWordWrong", position: wrong.position });
      host.recovery = "checked";
      vault.checkedAt = now();
      return changed();
    },
    vaultRekey: async ({ password }) => {
      await later(100);
      if (password !== rightPassword) return refuse({ code: "wrongPassword" });
      await host.task("rekey", phases("copying", "reencrypting", "checkingPages"));
      vault.generation += 1;
      vault.rekeyedAt = now();
      return changed();
    },
    keyParametersCalibrate: async ({ targetMilliseconds }) => {
      await later(400);
      return ok({ memoryMebibytes: 256, passes: 3, lanes: 4, milliseconds: targetMilliseconds - 40, floor: false });
    },
    keyParametersSave: async ({ password, memoryMebibytes, passes, lanes }) => {
      await later(100);
      if (password !== rightPassword) return refuse({ code: "wrongPassword" });
      Object.assign(keys, { memoryMebibytes, passes, lanes, floor: memoryMebibytes === 64, milliseconds: 960 });
      vault.slotsBehind = host.users.size - 1;
      return changed();
    },
    backupList: () => ok([...host.backups]),
    backupMake: async ({ folder }) => {
      if (!(await host.task("backup", phases("copying", "checkingPages")))) return refuse({ code: "canceled" });
      const backup: BackupView = { ...seedBackup(0), madeAt: now(), reason: "byHand", auditEntries: 3_260 };
      backup.path = `${folder ?? view().backupFolder}/Infrastructure now.chaveiro-backup`;
      host.backups = [backup, ...host.backups];
      host.changed("backup", [backup.path]);
      return ok(backup);
    },
    vaultSaveCopy: async ({ folder }) => {
      if (!(await host.task("backup", phases("copying", "checkingPages")))) return refuse({ code: "canceled" });
      const name = "Infrastructure (copy 2026-11-30 17.10.05)";
      const copy = { name, path: `${folder}/${name}.vault`, userName: "", exists: true };
      const open = view().path;
      const others = host.start.recentVaults.map((vault) =>
        vault.path === open ? { ...vault, exists: !host.has("displaced-gone") } : vault,
      );
      host.start.recentVaults = [copy, ...others];
      host.start.desktopKeys = [false, ...host.start.desktopKeys];
      return ok(copy);
    },
    backupDrill: async ({ path }) => {
      if (!(await host.task("drill", phases("checkingPages", "walkingTrail", "openingSecrets"))))
        return refuse({ code: "canceled" });
      const backup = found(path);
      const good = backup?.status !== "damaged";
      host.backups = host.backups.map((each) =>
        each.path === path ? { ...each, status: good ? "good" : "damaged" } : each,
      );
      host.changed("backup", [path]);
      return ok({
        good,
        pagesSound: good,
        auditEntries: backup?.auditEntries ?? 0,
        auditIntact: good,
        secrets: 214,
        secretsOpened: good ? 214 : 0,
        milliseconds: 1840,
      });
    },
    backupRestore: async ({ folder, name }) => {
      const path = `${folder}/${name}.vault`;
      if (host.start.recentVaults.some((vault) => vault.path === path)) return refuse({ code: "vaultExists", path });
      if (!(await host.task("restore", phases("copying", "checkingPages")))) return refuse({ code: "canceled" });
      const restored = { name, path, userName: "Ana", exists: true };
      host.start.recentVaults = [restored, ...host.start.recentVaults];
      host.start.desktopKeys = [false, ...host.start.desktopKeys];
      return ok(restored);
    },
    integrityRun: async () => {
      if (!(await host.task("integrity", phases("checkingPages")))) return refuse({ code: "canceled" });
      vault.integrity = { ...vault.integrity, checkedAt: now() };
      host.changed("vault", []);
      return ok(vault.integrity);
    },
    taskCancel: ({ task }) => {
      host.canceled.add(task);
      return ok(null);
    },
  } satisfies Partial<Commands>;
}
