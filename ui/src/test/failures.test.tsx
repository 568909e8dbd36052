// The filter of the list of attempts offers every failure that the host declares.
import { readFileSync } from "node:fs";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { useAttemptFields } from "../features/operations/fields";
import { allAttempts } from "../features/operations/filter";
import { loadLanguage } from "../i18n";
import en from "../i18n/en.json";
import { makeFake } from "../ipc/fake";
import { replaceHost } from "../ipc/host";

const declaration = "../src-tauri/crates/domain/src/failure.rs";

/** Reads the codes of the enumeration from its declaration in Rust. */
function declared(): string[] {
  const source = readFileSync(declaration, "utf8");
  const body = source.slice(source.indexOf("pub enum FailureCode"));
  return [...body.slice(0, body.indexOf("\n    }")).matchAll(/= "(\w+)"/g)].map(([, word]) => word as string);
}

function Editor() {
  const field = useAttemptFields({ filter: allAttempts, about: null, onChange: () => {} }).find(
    ({ id }) => id === "failures",
  );
  return <>{field?.editor(() => {})}</>;
}

test("the editor of failures offers every failure code of the declaration", async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  await loadLanguage("en");
  replaceHost(makeFake("three").host);
  document.body.innerHTML = '<div id="root"></div>';
  const root = createRoot(document.getElementById("root") as HTMLElement);
  await act(async () =>
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <MantineProvider>
          <Editor />
        </MantineProvider>
      </QueryClientProvider>,
    ),
  );
  const codes = declared();
  expect(codes).toContain("notApproved");
  const offered = [...document.querySelectorAll("label")].map((label) => label.textContent);
  const words = en.failures as Record<string, { message: string }>;
  for (const code of codes) expect(offered, code).toContain(words[code]?.message);
  expect(document.querySelectorAll("input[type=checkbox]").length).toBe(codes.length);
  await act(async () => root.unmount());
});
