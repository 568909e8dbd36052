// Reports errors of the page to the host's log: the kind, the place in the code, and a reference. A message is never
// sent as it is, because it can repeat typed text.
import type { PageProblemKind, PageProblemMessage } from "./bindings";
import { host } from "./host";

// Crockford's base 32, as the host's own references.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const deepest = 20;

export function drawReference(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => alphabet[byte % 32]).join("");
}

const known: [RegExp, PageProblemMessage][] = [
  [/^ResizeObserver loop/, "resizeLoop"],
  [/dynamically imported module|Importing a module script failed/, "moduleNotLoaded"],
  [/React error #185|Maximum update depth/, "tooManyUpdates"],
  [/is not an object|of undefined|of null/, "notAnObject"],
];

// Matches a frame of V8 ("at name (place)") or of JavaScriptCore ("name@place"); from the place it takes the part after
// the host.
const frame = /^(?:at (?:async )?(?:([\w$.]+) \()?|([\w$.]*)@)(?:\w+:\/\/[^/]*)?(\/[\w./-]+:\d+:\d+)\)?$/;

/** Returns the positions of a stack. The message, which some engines put first, is no frame and is dropped. */
export function positions(stack: string | null | undefined): string[] {
  const frames = (stack ?? "").split("\n").flatMap((line) => {
    const [, v8, webkit, place] = frame.exec(line.trim()) ?? [];
    const name = v8 || webkit;
    return place ? [name ? `${name}@${place}` : place] : [];
  });
  return frames.slice(0, deepest);
}

function componentsOf(stack: string | null | undefined): string[] {
  const names = (stack ?? "").split("\n").map((line) => /^(?:at )?([A-Z][\w$.]*)/.exec(line.trim())?.[1]);
  return names.filter((name) => name !== undefined).slice(0, deepest);
}

/** Reports an error to the host's log and returns the reference to show. It never fails itself. */
export function reportProblem(kind: PageProblemKind, thrown: unknown, components?: string | null): string {
  const reference = drawReference();
  const error = thrown instanceof Error ? thrown : null;
  const message = known.find(([pattern]) => error !== null && pattern.test(error.message))?.[1] ?? null;
  const name = kind === "answer" ? String(thrown) : (error?.name ?? typeof thrown);
  const report = {
    reference,
    kind,
    name,
    message,
    stack: positions(error?.stack),
    components: componentsOf(components),
  };
  try {
    Promise.resolve(host().commands.pageProblemReport(report)).catch(() => {});
  } catch {
    // Without a host there is no log.
  }
  return reference;
}

/** Reports all uncaught errors to the log. */
export function hearProblems() {
  window.addEventListener("error", (event) => reportProblem("error", event.error));
  window.addEventListener("unhandledrejection", (event) => reportProblem("rejection", event.reason));
}
