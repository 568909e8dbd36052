// Opening, locking and leaving a vault in the in-memory host.
import type {
  FolderCheckRequest,
  PageProblemRequest,
  PasswordStrengthRequest,
  RecoveryOpenRequest,
  SessionView,
  VaultCreateRequest,
  VaultForgetRequest,
  VaultUnlockRequest,
} from "../bindings";
import type { Commands } from "../host";
import { type FakeHost, invalid, later, ok, refuse, rightPassword } from "./host";
import { seedBackup } from "./seed/seedPeople";

const short = (password: string) => password.length < 8;
const tooShort = () => invalid([{ field: "password", rule: { name: "tooShort", minimum: 8 } }]);

export function sessionCommands(host: FakeHost) {
  const known = (name: string) => [...host.users.values()].find((user) => user.name === name);
  /** Signs a user in. Carla's first sign-in is with a one-time password. */
  const signIn = (vault: { name: string; path: string }, userName: string) => {
    const user = known(userName);
    const limit: SessionView["limit"] = user?.status === "invited" ? "mustSetPassword" : null;
    const roles = user && user.id !== "u0" ? { roles: user.roles } : {};
    return host.enter({
      vaultName: vault.name,
      vaultPath: vault.path,
      userId: user?.id ?? "u0",
      userName,
      limit,
      ...roles,
    });
  };

  let pendingSignIn: (() => ReturnType<typeof signIn>) | null = null;
  /** Signs a user in, or asks for the code first if the user has an authenticator. */
  const signInOrAskCode = (vault: { name: string; path: string }, userName: string) => {
    if (!host.has("authenticator")) return signIn(vault, userName);
    pendingSignIn = () => signIn(vault, userName);
    return refuse({ code: "codeNeeded" });
  };

  // The folders that a person picks in the system's dialog, one after the other; the last one is repeated.
  const picks = host.has("usb")
    ? ["/media/usb"]
    : host.has("spaced")
      ? ["/home/ana/Picked "]
      : host.has("dropbox")
        ? ["/home/ana/Dropbox/Vaults", "/home/ana/Picked"]
        : ["/home/ana/Picked"];
  return {
    appStart: () => ok({ ...host.start }),
    preferencesSave: (request: { theme: typeof host.start.theme; language: typeof host.start.language }) => {
      Object.assign(host.start, request);
      return ok(null);
    },
    windowReady: () => ok(null),
    logFolderOpen: () => (host.has("nolog") ? refuse({ code: "internal", reference: "K7QX2M9D" }) : ok(null)),
    diagnosticsSave: () => ok({ path: "/home/ana/chaveiro-diagnostics.txt" }),
    pageProblemReport: (_: PageProblemRequest) => ok(null),
    windowPainted: () => {
      host.painted += 1;
      return ok(null);
    },
    folderPick: () => ok(host.has("dismiss") ? null : ((picks.length > 1 ? picks.shift() : picks[0]) ?? null)),
    filePick: ({ purpose }) =>
      ok(host.has("dismiss") ? null : purpose === "backup" ? seedBackup(0).path : "/media/usb/ana.chaveiro-key"),
    folderCheck: ({ folder }: FolderCheckRequest) =>
      ok({ service: /dropbox/i.test(folder) ? ("dropbox" as const) : null, writable: true }),
    passwordStrength: ({ password }: PasswordStrengthRequest) => {
      const score = Math.min(4, Math.floor(password.length / 5));
      return ok({ score, crackSeconds: 60 ** (score + 1), hint: score < 2 ? ("tooShort" as const) : null });
    },
    vaultCreate: (request: VaultCreateRequest) => {
      if (short(request.password)) return tooShort();
      const path = `${request.folder}/${request.name}.vault`;
      if (host.start.recentVaults.some((vault) => vault.path === path)) return refuse({ code: "vaultExists", path });
      host.start.recentVaults = [{ name: request.name, path, userName: request.userName, exists: true }];
      host.recovery = "none";
      return host.enter({ vaultName: request.name, vaultPath: path, userName: request.userName });
    },
    vaultUnlock: async (request: VaultUnlockRequest) => {
      await later(100);
      if (host.has("alteredfile")) return refuse({ code: "vaultAltered", objects: "trigger redirect" });
      if (host.has("damagedfile")) return refuse({ code: "vaultDamaged", path: request.path });
      if (request.password !== rightPassword) return refuse({ code: "wrongPassword" });
      const vault = host.start.recentVaults.find((each) => each.path === request.path);
      if (!vault) return refuse({ code: "vaultMissing", path: request.path });
      return signInOrAskCode(vault, request.userName);
    },
    vaultUnlockDesktop: async ({ path, userName }) => {
      await later(100);
      const vault = host.start.recentVaults.find((each) => each.path === path);
      if (!vault) return refuse({ code: "vaultMissing", path });
      return host.has("desktopkey") ? signInOrAskCode(vault, userName) : refuse({ code: "desktopKeyMissing" });
    },
    sessionEnterCode: async ({ code }) => {
      await later(100);
      if (!pendingSignIn) return refuse({ code: "locked" });
      return code === "123456" ? pendingSignIn() : refuse({ code: "wrongCode" });
    },
    sessionLeaveCode: () => {
      pendingSignIn = null;
      return ok(null);
    },
    vaultDamage: ({ path }) =>
      ok({
        path,
        vaultName: "Infrastructure",
        backups: host.has("none") ? [] : [seedBackup(0), seedBackup(3)],
        suggestedFolder: "/home/ana/Vaults",
      }),
    recoveryOpen: async ({ words }: RecoveryOpenRequest) => {
      await later(100);
      const typed = words.trim().split(/\s+/);
      const strange = typed.findIndex((word) => !/^[a-z]{3,8}$/.test(word));
      if (strange >= 0) return refuse({ code: "recoveryWordUnknown", position: strange + 1 });
      if (typed.length !== 24) return refuse({ code: "wrongRecoveryWords" });
      return ok({ vaultName: "Infrastructure", administrators: [{ id: "u0", name: "Ana" }], lockAfterMinutes: 10 });
    },
    recoverySetPassword: ({ password, userId }) =>
      short(password) ? tooShort() : host.enter({ userId, userName: host.users.get(userId)?.name ?? "Ana" }),
    recoveryLeave: () => ok(null),
    sessionSetPassword: async ({ password }) => {
      await later(100);
      if (short(password)) return tooShort();
      if (password === rightPassword) return refuse({ code: "samePassword" });
      return host.enter({ ...host.start.session, limit: null });
    },
    sessionGet: () => (host.start.session ? ok(host.start.session) : refuse({ code: "locked" })),
    sessionActivity: () => {
      host.activities += 1;
      return ok(null);
    },
    sessionSignOut: async () => {
      if (host.has("slow")) {
        const waitingFor = [{ code: 12, label: "root on srv-db-01", step: "applied" as const }];
        host.events.signingOut.emit({ waitingFor });
        await later(1500);
      }
      host.signOut();
      return ok(null);
    },
    executorGet: () => ok((host.start.session ?? host.start.locked)?.executor ?? host.sessionOf({}).executor),
    warningDismiss: ({ kind, reason }) => {
      const setBack = kind === "rolledBack" || kind === "forked" || kind === "databaseBehind";
      if (setBack && !host.start.session?.permitted.includes("acceptSetBack")) return refuse({ code: "forbidden" });
      if (setBack && !reason?.trim()) return invalid([{ field: "reason", rule: { name: "required" } }]);
      host.warnings = host.warnings.filter((warning) => warning.kind !== kind);
      host.sessionChanged();
      return host.start.session ? ok(host.start.session) : refuse({ code: "locked" });
    },
    vaultLock: () => ok(host.leave("person")),
    vaultForget: ({ path }: VaultForgetRequest) => {
      host.start.recentVaults = host.start.recentVaults.filter((vault) => vault.path !== path);
      return ok(null);
    },
  } satisfies Partial<Commands>;
}
