// The people of the vault and the user's own account in the in-memory host.
import type {
  AccountView,
  IdRequest,
  ListRequest,
  TotpChangeRequest,
  UserAddRequest,
  UserFilter,
  UserSaveRequest,
  UserSort,
  UserView,
} from "../bindings";
import type { Commands } from "../host";
import { type FakeHost, invalid, later, ok, refuse, rightPassword } from "./host";
import { includes, page, sorted } from "./paging";
import { inventedQrCode } from "./seed/inventedCode";
import { ago, now } from "./seed/seed";

const sortKey = {
  name: (user) => user.name.toLowerCase(),
  lastSignIn: (user) => user.lastSignInAt ?? "",
  created: (user) => user.createdAt,
} satisfies Record<UserSort, (user: UserView) => string>;

export function userCommands(host: FakeHost) {
  const { users } = host;
  const missing = () => refuse({ code: "notFound", noun: "user" });
  const store = (user: UserView) => {
    users.set(user.id, user);
    host.changed("user", [user.id]);
    return ok(user);
  };
  const nameProblem = (id: string | null, name: string) => {
    if (!name.trim()) return invalid([{ field: "name", rule: { name: "required" } }]);
    const taken = [...users.values()].some((user) => user.name === name.trim() && user.id !== id);
    return taken ? invalid([{ field: "name", rule: { name: "duplicate" } }]) : null;
  };
  const oneTime = (user: UserView) => {
    const oneTimeUntil = ago(-72 * 60);
    const invited: UserView = { ...user, status: "invited", oneTimeUntil, totp: false };
    store(invited);
    return ok({ user: invited, password: "4kT-mwq2-Hs9e-pX7u", validUntil: oneTimeUntil, shown: host.cover() });
  };
  const guard = (user: UserView) =>
    user.isYou ? refuse({ code: "ownUser" }) : user.lastAdministrator ? refuse({ code: "lastAdministrator" }) : null;
  const rekeyed = (user: UserView) =>
    user.roles.some((role) => role === "administrator" || role === "operator")
      ? host.task("rekey", [
          ["reencrypting", 12_400],
          ["finishing", 1],
        ])
      : later(60);

  return {
    userList: (request: ListRequest<UserFilter, UserSort>) => {
      const { filter, cursor: _, limit: __, ...question } = request;
      const select = () =>
        [...users.values()].filter(
          (user) =>
            includes(filter.text, user.name) &&
            (!filter.role || user.roles.includes(filter.role)) &&
            (!filter.status || user.status === filter.status),
        );
      return ok(
        page(
          `users ${JSON.stringify({ filter, question })}`,
          host.version,
          () => sorted(select(), sortKey[request.sort], request.descending),
          request,
        ),
      );
    },
    userGet: ({ id }: IdRequest) => {
      const user = users.get(id);
      return user ? ok(user) : missing();
    },
    userAdd: async ({ name, roles }: UserAddRequest) => {
      await later(60);
      const problem = nameProblem(null, name);
      if (problem) return problem;
      if (roles.length === 0) return invalid([{ field: "roles", rule: { name: "required" } }]);
      return oneTime({
        id: `u-new-${users.size}`,
        name: name.trim(),
        roles,
        status: "invited",
        isYou: false,
        lastAdministrator: false,
        createdAt: now(),
        createdBy: host.start.session?.userName ?? null,
        lastSignInAt: null,
        totp: false,
        keyFile: false,
        oneTimeUntil: null,
      });
    },
    userSave: async ({ id, name, roles }: UserSaveRequest) => {
      const user = users.get(id);
      if (!user) return missing();
      const problem = nameProblem(id, name);
      if (problem) return problem;
      if (roles.length === 0) return invalid([{ field: "roles", rule: { name: "required" } }]);
      if (user.lastAdministrator && !roles.includes("administrator")) return refuse({ code: "lastAdministrator" });
      if (user.roles.some((role) => !roles.includes(role))) await rekeyed(user);
      return store({ ...user, name: name.trim(), roles });
    },
    userResetPassword: async ({ id }: IdRequest) => {
      await later(60);
      const user = users.get(id);
      return user ? oneTime(user) : missing();
    },
    userDisable: async ({ id }: IdRequest) => {
      const user = users.get(id);
      if (!user) return missing();
      const refused = guard(user);
      if (refused) return refused;
      await rekeyed(user);
      return store({ ...user, status: "disabled" });
    },
    userEnable: ({ id }: IdRequest) => {
      const user = users.get(id);
      return user ? store({ ...user, status: "active" }) : missing();
    },
    userRemove: async ({ id }: IdRequest) => {
      const user = users.get(id);
      if (!user) return missing();
      const refused = guard(user);
      if (refused) return refused;
      await rekeyed(user);
      users.delete(id);
      host.changed("user", [id]);
      return ok(null);
    },
  } satisfies Partial<Commands>;
}

export function accountCommands(host: FakeHost) {
  const account: AccountView = {
    userId: "u0",
    userName: host.start.session?.userName ?? "Ana",
    roles: host.sessionOf({}).roles,
    passwordChangedAt: ago(40 * 24 * 60),
    totp: host.users.get("u0")?.totp ?? false,
    keyFile: false,
    desktop: host.has("nokeystore") ? "noKeyStore" : host.has("desktopkey") ? "on" : "off",
  };
  const change = (fields: Partial<AccountView>) => {
    Object.assign(account, fields);
    const user = host.users.get(account.userId);
    if (user) host.users.set(user.id, { ...user, totp: account.totp, keyFile: account.keyFile });
    host.changed("user", [account.userId]);
    host.sessionChanged();
    return ok({ ...account });
  };
  const confirmed = async (password: string, act: () => ReturnType<typeof change>) => {
    await later(100);
    return password === rightPassword ? act() : refuse({ code: "wrongPassword" });
  };
  return {
    accountGet: () => ok({ ...account }),
    accountChangePassword: ({ current, password }) => {
      if (password.length < 8) return invalid([{ field: "password", rule: { name: "tooShort", minimum: 8 } }]);
      if (password === current) return refuse({ code: "samePassword" });
      return confirmed(current, () => change({ passwordChangedAt: now() }));
    },
    accountTotpBegin: async ({ password, code }: TotpChangeRequest) => {
      await later(100);
      if (password !== rightPassword) return refuse({ code: "wrongPassword" });
      if (account.totp && code !== "123456") return refuse({ code: "wrongCode" });
      return ok({ secret: "JBSW Y3DP EHPK 3PXP 6F2A QK7M", qrSvg: inventedQrCode("totp"), shown: host.cover() });
    },
    accountTotpConfirm: ({ code }) => (code === "123456" ? change({ totp: true }) : refuse({ code: "wrongCode" })),
    accountTotpRemove: async ({ password, code }: TotpChangeRequest) => {
      if (password === rightPassword && code !== "123456") return refuse({ code: "wrongCode" });
      return confirmed(password, () => change({ totp: false }));
    },
    accountKeyFileMake: ({ password }) => confirmed(password, () => change({ keyFile: true })),
    accountKeyFileRemove: ({ password }) => confirmed(password, () => change({ keyFile: false })),
    accountDesktopEnable: ({ password }) =>
      account.desktop === "noKeyStore"
        ? refuse({ code: "keyStoreMissing" })
        : confirmed(password, () => change({ desktop: "on" })),
    accountDesktopForget: () => change({ desktop: "off" }),
  } satisfies Partial<Commands>;
}
