// Sends one command to the host; returns the answer or throws a `CommandFailure` with the typed error.
import type { CommandError } from "./bindings";
import { type Host, host } from "./host";
import { reportProblem } from "./problems";

type Commands = Host["commands"];
export type CommandName = keyof Commands;
type AnswerOf<N extends CommandName> = Awaited<ReturnType<Commands[N]>>;
export type ResponseOf<N extends CommandName> = Extract<AnswerOf<N>, { status: "ok" }>["data"];

/** The failure of a command. Its message is only the code, so that logging it is harmless. */
export class CommandFailure extends Error {
  readonly error: CommandError;
  constructor(error: CommandError) {
    super(error.code);
    this.name = "CommandFailure";
    this.error = error;
  }
}

/** Makes the error for an invalid answer of the host. It is logged under the reference that is shown. */
const internal = (name: string): CommandError => ({ code: "internal", reference: reportProblem("answer", name) });

/**
 * The framework answers malformed arguments with a plain text that may repeat an argument, for instance a password. Any
 * error that is not one of our error objects becomes `internal`, and its text is neither shown nor logged.
 */
function typed(name: string, error: unknown): CommandError {
  const isOurs = typeof error === "object" && error !== null && typeof (error as { code?: unknown }).code === "string";
  return isOurs ? (error as CommandError) : internal(name);
}

export async function call<N extends CommandName>(
  name: N,
  ...request: Parameters<Commands[N]>
): Promise<ResponseOf<N>> {
  const command = host().commands[name] as (...request: Parameters<Commands[N]>) => Promise<unknown>;
  let answer: { status: "ok"; data: ResponseOf<N> } | { status: "error"; error: unknown };
  try {
    answer = (await command(...request)) as typeof answer;
  } catch {
    throw new CommandFailure(internal(name));
  }
  if (answer?.status === "ok") return answer.data;
  throw new CommandFailure(typed(name, answer?.error));
}

const reported = new WeakMap<object, CommandError>();

/** Returns the typed error behind a thrown value. A value that is rendered several times is reported once. */
export function failureOf(thrown: unknown): CommandError {
  if (thrown instanceof CommandFailure) return thrown.error;
  if (!(thrown instanceof Error)) return { code: "internal", reference: "" };
  const error = reported.get(thrown) ?? { code: "internal", reference: reportProblem("error", thrown) };
  reported.set(thrown, error);
  return error;
}
