// A whole host in memory, for browser tests and for working on the page alone. Never part of the program.
import type { PasswordStrengthRequest, VaultCreateRequest, VaultForgetRequest, VaultUnlockRequest } from "./contract";
import { attemptCommands } from "./fake/attempts";
import { credentialCommands } from "./fake/credentials";
import { deviceCommands } from "./fake/devices";
import { FakeHost, invalid, ok, refuse } from "./fake/host";
import { operationCommands } from "./fake/operations";
import { policyCommands } from "./fake/policies";
import { rotationCommands } from "./fake/rotation";
import { type Host, replaceHost } from "./host";

function sessionCommands(host: FakeHost) {
  return {
    appStart: () => ok({ ...host.start }),
    preferencesSave: (request: { theme: typeof host.start.theme; language: typeof host.start.language }) => {
      Object.assign(host.start, request);
      return ok(null);
    },
    windowReady: () => ok(null),
    windowPainted: () => {
      host.painted += 1;
      return ok(null);
    },
    folderPick: () => ok(host.has("dismiss") ? null : "/home/ana/Picked"),
    passwordStrength: ({ password }: PasswordStrengthRequest) => {
      const score = Math.min(4, Math.floor(password.length / 5));
      return ok({ score, crackSeconds: 60 ** (score + 1), hint: score < 2 ? ("tooShort" as const) : null });
    },
    vaultCreate: (request: VaultCreateRequest) => {
      if (request.password.length < 8) return invalid([{ field: "password", rule: { name: "tooShort", minimum: 8 } }]);
      const path = `${request.folder}/${request.name}.vault`;
      if (host.start.recentVaults.some((vault) => vault.path === path)) return refuse({ code: "vaultExists", path });
      host.start.recentVaults = [{ name: request.name, path, userName: request.userName, exists: true }];
      return host.enter({ vaultName: request.name, vaultPath: path, userName: request.userName });
    },
    vaultUnlock: async (request: VaultUnlockRequest) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (request.password !== "correct horse") return refuse({ code: "wrongPassword" });
      const vault = host.start.recentVaults.find((each) => each.path === request.path);
      if (!vault) return refuse({ code: "vaultMissing", path: request.path });
      return host.enter({ vaultName: vault.name, vaultPath: vault.path, userName: request.userName });
    },
    vaultLock: () => {
      host.leave();
      return ok(null);
    },
    vaultForget: ({ path }: VaultForgetRequest) => {
      host.start.recentVaults = host.start.recentVaults.filter((vault) => vault.path !== path);
      return ok(null);
    },
  };
}

export function makeFake(scenario: string): { host: Host; fake: FakeHost } {
  const fake = new FakeHost(scenario);
  const commands = {
    ...sessionCommands(fake),
    ...deviceCommands(fake),
    ...credentialCommands(fake),
    ...operationCommands(fake),
    ...attemptCommands(fake),
    ...policyCommands(fake),
    ...rotationCommands(fake),
  } satisfies Host["commands"];
  const { recordsChanged, vaultLocked, rotationChanged, reconciliationEnded } = fake;
  return { fake, host: { commands, events: { recordsChanged, vaultLocked, rotationChanged, reconciliationEnded } } };
}

export function install(scenario: string) {
  const { host, fake } = makeFake(scenario);
  replaceHost(host);
  // The browser tests look here for what the host was told.
  Object.assign(window, { fakeHost: fake });
}
