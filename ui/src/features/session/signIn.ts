// Signing in: one attempt at a time. After a failure the error is shown, and the password field is emptied and focused.
import { useRef, useState } from "react";
import { type ErrorText, formatError, formatProblems, formatRule } from "../../i18n/errors";
import { call, failureOf, type SessionView } from "../../ipc";

export type SignInValues = { userName: string; password: string; keyFile: string | null };
type Errors = Partial<Record<string, string>>;

type Options = {
  path: string;
  onOpened: (session: SessionView) => void;
  /** Called if the vault's files are damaged, because trying again would not help. */
  onDamaged: (path: string) => void;
};

export function useSignIn({ path, onOpened, onDamaged }: Options) {
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [busy, setBusy] = useState<"password" | "desktop" | null>(null);
  // The name of the user whose password was right and whose code is still missing.
  const [owesCode, setOwesCode] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);

  const attempt = async (by: "password" | "desktop", userName: string, act: () => Promise<SessionView>) => {
    setFailure(null);
    setBusy(by);
    try {
      onOpened(await act());
    } catch (thrown) {
      const error = failureOf(thrown);
      setBusy(null);
      setPassword("");
      if (error.code === "vaultDamaged") return onDamaged(path);
      if (error.code === "codeNeeded") return setOwesCode(userName);
      if (error.code === "invalid") setErrors(formatProblems(error.problems));
      setFailure(formatError(error));
      requestAnimationFrame(() => field.current?.focus());
    }
  };

  return {
    password,
    setPassword,
    errors,
    failure,
    busy,
    field,
    onOpened,
    owesCode,
    leaveCode: (text: ErrorText | null) => {
      setOwesCode(null);
      setFailure(text);
      requestAnimationFrame(() => field.current?.focus());
    },
    clear: () => {
      setErrors({});
      setFailure(null);
    },
    showFailure: (text: ErrorText) => setFailure(text),
    signIn: ({ userName, keyFile }: Omit<SignInValues, "password">) => {
      const values = { path, userName: userName.trim(), password, keyFile };
      const missing = (["path", "userName", "password"] as const).filter((name) => values[name] === "");
      setErrors(Object.fromEntries(missing.map((name) => [name, formatRule({ name: "required" })])));
      if (missing.length === 0) attempt("password", values.userName, () => call("vaultUnlock", values));
    },
    signInWithDesktop: (userName: string) =>
      attempt("desktop", userName.trim(), () => call("vaultUnlockDesktop", { path, userName: userName.trim() })),
  };
}
