// A complete host in memory, for browser tests and for work on the page alone. It is never part of the program.
import { attemptCommands } from "./fake/attempts";
import { batchCommands } from "./fake/batches";
import { credentialCommands } from "./fake/credentials";
import { deviceCommands } from "./fake/devices";
import { FakeHost } from "./fake/host";
import { keepingCommands } from "./fake/keeping";
import { operationCommands } from "./fake/operations";
import { policyCommands } from "./fake/policies";
import { requestCommands } from "./fake/requests";
import { rotationCommands } from "./fake/rotation";
import { sessionCommands } from "./fake/session";
import { auditCommands } from "./fake/trail";
import { accountCommands, userCommands } from "./fake/users";
import { type Host, replaceHost } from "./host";

export function makeFake(scenario: string): { host: Host; fake: FakeHost } {
  const fake = new FakeHost(scenario);
  const commands = {
    ...sessionCommands(fake),
    ...userCommands(fake),
    ...accountCommands(fake),
    ...keepingCommands(fake),
    ...auditCommands(fake),
    ...deviceCommands(fake),
    ...credentialCommands(fake),
    ...operationCommands(fake),
    ...attemptCommands(fake),
    ...policyCommands(fake),
    ...rotationCommands(fake),
    ...batchCommands(fake),
    ...requestCommands(fake),
  } satisfies Host["commands"];
  return { fake, host: { commands, events: fake.events } };
}

export function install(scenario: string) {
  const { host, fake } = makeFake(scenario);
  replaceHost(host);
  // The browser tests read the requests to the host from here.
  Object.assign(window, { fakeHost: fake });
}
