// Every number field of every form: the saved value is the one that the field shows, or the field shows a rule.
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { readNumber } from "../components/fields/NumberField";
import { ApproversForm } from "../features/approvers/ApproversForm";
import { DeviceForm } from "../features/devices/DeviceForm";
import { ParameterRow } from "../features/parameters/ParameterRow";
import { PolicyForm } from "../features/policies/PolicyForm";
import { firstTrigger } from "../features/policies/values";
import { StrengthForm } from "../features/strengths/StrengthForm";
import { loadLanguage } from "../i18n";
import { makeFake } from "../ipc/fake";
import type { FakeHost } from "../ipc/fake/host";
import { type Host, replaceHost } from "../ipc/host";

type Saves = "policySave" | "strengthSave" | "deviceSave" | "approversSave" | "parameterSave";
type Leaves = Record<string, unknown>;

let fake: FakeHost;
let root: Root;
/** The last request that the host accepted, by the path of each value. */
let accepted: Leaves | null;

/**
 * Returns the values of a request by their paths. The version is left out, because it differs between two saves of the
 * same values.
 */
function leavesOf(value: unknown, path = ""): Leaves {
  if (typeof value !== "object" || value === null) return path.endsWith(".version") ? {} : { [path]: value };
  return Object.assign({}, ...Object.entries(value).map(([name, each]) => leavesOf(each, `${path}.${name}`)));
}

function watch(commands: Host["commands"], name: Saves) {
  const save = commands[name] as (request: unknown) => Promise<{ status: string }>;
  Object.assign(commands, {
    [name]: async (request: unknown) => {
      const answer = await save(request);
      if (answer.status === "ok") accepted = leavesOf(request);
      return answer;
    },
  });
}

beforeAll(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  await loadLanguage("en");
});

beforeEach(() => {
  const made = makeFake("three");
  fake = made.fake;
  for (const name of ["policySave", "strengthSave", "deviceSave", "approversSave", "parameterSave"] as const)
    watch(made.host.commands, name);
  replaceHost(made.host);
});

afterEach(async () => {
  await act(() => root.unmount());
  document.body.replaceChildren();
});

const settled = (milliseconds = 0) => act(() => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)));

async function show(form: ReactNode) {
  const place = document.body.appendChild(document.createElement("div"));
  root = createRoot(place);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await act(() =>
    root.render(
      <QueryClientProvider client={client}>
        <MantineProvider env="test">{form}</MantineProvider>
      </QueryClientProvider>,
    ),
  );
  await settled();
}

const valueProperty = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
const numbers = () => [...document.querySelectorAll<HTMLInputElement>('input[inputmode="numeric"]:not(:disabled)')];

/** Puts a text into a field, as an edit on the page does. */
const put = (input: HTMLInputElement, text: string) =>
  act(() => {
    valueProperty?.set?.call(input, text);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

/** Returns a generator of random numbers that are the same in every run. */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const keys = ["0", "1", "2", "5", "7", "9", "Backspace", "Backspace", "Backspace", "-", ".", "e", " "];
const pasted = ["22.5", "-1", "65536", "99999999999", "1,000", "7 days", "٣", "1e3", "9".repeat(30), " 12 ", ""];

/** Types or pastes something; after each key the field must show exactly what was typed. */
async function edit(input: HTMLInputElement, random: (below: number) => number) {
  let text = input.value;
  if (random(3) === 0) {
    text = pasted[random(pasted.length)] ?? "";
    await put(input, text);
  }
  for (let count = random(4); count > 0; count--) {
    const key = keys[random(keys.length)] ?? "";
    text = key === "Backspace" ? text.slice(0, -1) : text + key;
    await put(input, text);
    expect(input.value, "it shows what was typed").toBe(text);
  }
}

/** Empties a field key by key and types a number. */
async function retype(input: HTMLInputElement, number: string) {
  for (let left = input.value.length - 1; left >= 0; left--) await put(input, input.value.slice(0, left));
  expect(input.value, "an emptied field is empty").toBe("");
  for (let typed = 1; typed <= number.length; typed++) await put(input, number.slice(0, typed));
  expect(input.value, "it shows what was typed").toBe(number);
}

async function check(submit: () => void, { rounds = 4, wait = 0 } = {}) {
  const save = async () => {
    accepted = null;
    act(submit);
    await settled(wait);
    return accepted as Leaves | null;
  };
  const count = numbers().length;
  let [saved, refused] = [0, 0];
  for (let at = 0; at < count; at++) {
    const field = () => numbers()[at] as HTMLInputElement;
    const first = field().value;
    // A form saves only changed values, so the number must differ from the stored one.
    const other = Number(first) + 1;
    await put(field(), String(other));
    const before = await save();
    if (before === null) throw new Error(`${other} can be saved`);
    const random = randomFrom(at + 1);
    let stored = other;
    for (let round = 0; round < rounds; round++) {
      if (round === 0) await retype(field(), String(other + 1));
      else await edit(field(), random);
      const shown = field().value;
      if ([Number(first), other, stored].includes(Number(shown))) continue;
      const after = await save();
      const invalid = document.querySelectorAll('[aria-invalid="true"]');
      if (after === null) {
        refused += 1;
        expect(invalid.length, `“${shown}” was not saved: a rule says why`).toBeGreaterThan(0);
        if (typeof readNumber(shown) !== "number")
          expect([...invalid], "the rule stands at the field").toContain(field());
      } else {
        const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
        saved += 1;
        stored = Number(shown);
        expect(changed, `“${shown}” changes one value`).toHaveLength(1);
        expect(after[changed[0] ?? ""], `“${shown}” is saved as it is shown`).toBe(readNumber(shown));
      }
    }
    await put(field(), first);
    await save();
  }
  return { fields: count, saved, refused };
}

const submitForm = () => document.querySelector("form")?.requestSubmit();
const nothing = () => {};

test("a policy saves the numbers that it shows", async () => {
  const [policy] = [...fake.records.policies.values()];
  if (!policy) throw new Error("there is a policy");
  const overrides = { attempts: 3, backOffSeconds: 60, connectTimeoutSeconds: 10, readTimeoutSeconds: 30 };
  await show(
    <PolicyForm policy={{ ...policy, triggers: firstTrigger, overrides }} onSaved={nothing} onClose={nothing} />,
  );
  const { fields, saved, refused } = await check(submitForm, { rounds: 3 });
  expect(fields, "priority, four triggers, four overrides").toBe(9);
  expect([saved > 0, refused > 0]).toEqual([true, true]);
}, 300_000);

test("a strength saves the numbers that it shows", async () => {
  const strength = [...fake.records.strengths.values()].find(({ rules }) => rules.maximumRepeats !== null);
  if (!strength) throw new Error("there is a strength");
  const rules = { ...strength.rules, symbols: 2, minimumLength: 12, maximumLength: 60, maximumRepeats: 9 };
  await show(
    <StrengthForm
      strength={{ ...strength, rules }}
      copied={false}
      readOnly={false}
      onSaved={nothing}
      onClose={nothing}
    />,
  );
  const { fields, saved, refused } = await check(submitForm, { rounds: 3 });
  expect(fields, "two lengths, four classes, repeats, history").toBe(8);
  expect([saved > 0, refused > 0]).toEqual([true, true]);
}, 300_000);

test("a device saves the port that it shows", async () => {
  const [device] = [...fake.records.devices.values()];
  await show(<DeviceForm device={device ?? null} onSaved={nothing} onClose={nothing} />);
  const { fields, saved, refused } = await check(submitForm);
  expect(fields).toBe(1);
  expect([saved > 0, refused > 0]).toEqual([true, true]);
}, 300_000);

test("the rules of approvals are saved as they are shown", async () => {
  await show(<ApproversForm view={fake.approvers} mayWrite onReload={nothing} />);
  const save = () => [...document.querySelectorAll("button")].find((each) => each.textContent === "Save approvers");
  const { fields, saved, refused } = await check(() => save()?.click());
  expect(fields, "three levels, rejections, validity").toBe(5);
  expect([saved > 0, refused > 0]).toEqual([true, true]);
}, 300_000);

test("a parameter saves the number that it shows", async () => {
  const parameter = fake.parameters.find(({ kind }) => kind.kind === "integer");
  if (!parameter) throw new Error("there is a number");
  await show(<ParameterRow parameter={parameter} mayWrite />);
  const { fields, saved, refused } = await check(submitForm, { rounds: 5, wait: 250 });
  expect(fields).toBe(1);
  expect([saved > 0, refused > 0]).toEqual([true, true]);
}, 300_000);

test("no form has a number field of another kind", async () => {
  const sources = import.meta.glob("../**/*.tsx", { query: "?raw", import: "default", eager: true }) as Record<
    string,
    string
  >;
  const others = Object.entries(sources).filter(
    ([path, text]) => !path.includes(".test.") && /\bNumberInput\b|type="number"/.test(text),
  );
  expect(others.map(([path]) => path)).toEqual([]);
});
