// Signing in: one attempt at a time, its failure told, the password field emptied and given the focus again.
import { useRef, useState } from "react";
import { type ErrorText, formatError, formatProblems, formatRule } from "../../i18n/errors";
import { call, failureOf, type SessionView } from "../../ipc";

export type SignInValues = { userName: string; password: string; keyFile: string | null };
type Errors = Partial<Record<string, string>>;

type Options = {
  path: string;
  onOpened: (session: SessionView) => void;
  /** The vault's files are damaged: there is another way than trying again. */
  onDamaged: (path: string) => void;
};

export function useSignIn({ path, onOpened, onDamaged }: Options) {
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [busy, setBusy] = useState<"password" | "desktop" | null>(null);
  // Whose password was right, while the code of their authenticator is to come.
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
