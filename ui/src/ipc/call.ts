// Asks the host for one command: the answer, or a thrown `CommandFailure` that carries the typed error.
import type { CommandError } from "./bindings";
import { type Host, host } from "./host";
import { reportProblem } from "./problems";

type Commands = Host["commands"];
export type CommandName = keyof Commands;
type AnswerOf<N extends CommandName> = Awaited<ReturnType<Commands[N]>>;
export type ResponseOf<N extends CommandName> = Extract<AnswerOf<N>, { status: "ok" }>["data"];

/** A command that did not do what it was asked. Its message is the code alone, so that logging it is harmless. */
export class CommandFailure extends Error {
  readonly error: CommandError;
  constructor(error: CommandError) {
    super(error.code);
    this.name = "CommandFailure";
    this.error = error;
  }
}

/** What the host did not answer as it must: the log hears of it under the reference that is shown. */
const internal = (name: string): CommandError => ({ code: "internal", reference: reportProblem("answer", name) });

/**
 * The framework answers malformed arguments with a bare text that may repeat the argument, a password among them:
 * whatever is not one of our error objects becomes `internal`, and its text is neither shown nor logged.
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

/** The typed error behind anything that was thrown. One that is asked for again while it is drawn is reported once. */
export function failureOf(thrown: unknown): CommandError {
  if (thrown instanceof CommandFailure) return thrown.error;
  if (!(thrown instanceof Error)) return { code: "internal", reference: "" };
  const error = reported.get(thrown) ?? { code: "internal", reference: reportProblem("error", thrown) };
  reported.set(thrown, error);
  return error;
}
