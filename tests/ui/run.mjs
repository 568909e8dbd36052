// Runs the browser tests with `npm run test:ui` in ui/: two files at a time, all of them in one browser. Arguments are
// file names or options of Node's test runner.
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium, launching } from "./support.mjs";

const folder = fileURLToPath(new URL("./", import.meta.url));
const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith("--"));
const named = given.filter((argument) => !argument.startsWith("--"));
const every = (await readdir(folder)).filter((name) => name.endsWith(".test.mjs"));
// The longest files begin first, so that no worker is left alone with one of them at the end.
const long = (name) => Number(name.startsWith("accessibility") || name.startsWith("fit"));
every.sort((one, other) => long(other) - long(one));
const files = (named.length > 0 ? named : every).map((name) => `${folder}${name}`);

const server = await chromium.launchServer(launching);
const tests = spawn(process.execPath, ["--test", "--test-concurrency=2", ...options, ...files], {
  stdio: "inherit",
  env: { ...process.env, CHAVEIRO_BROWSER: server.wsEndpoint() },
});
tests.on("exit", async (code) => {
  process.exitCode = code ?? 1;
  await server.close();
});
