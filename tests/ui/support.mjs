// Serves the built page (with the in-memory host) under the program's own content security policy, and drives it in a
// real browser: Debian's Chromium, or the one that CHROMIUM names.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const fromUi = createRequire(new URL("../../ui/package.json", import.meta.url));
export const { chromium } = fromUi("playwright-core");
const axeSource = await readFile(fromUi.resolve("axe-core/axe.min.js"), "utf8");

const root = fileURLToPath(new URL("output/page/", import.meta.url));
export const output = fileURLToPath(new URL("output/", import.meta.url));

const { app } = JSON.parse(await readFile(new URL("../../tauri.conf.json", import.meta.url), "utf8"));
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
};

/**
 * Serves the page's files and axe, read once. Files with a hash in their name are fetched and compiled once as well.
 */
async function serve() {
  const read = new Map([["/axe.min.js", axeSource]]);
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://page").pathname);
    // Only browsers ask for this; the program's window gets its icon from elsewhere.
    if (path === "/favicon.ico") return response.writeHead(204).end();
    const file = path === "/" ? "/index.html" : path;
    try {
      if (!read.has(file)) read.set(file, await readFile(join(root, file)));
      response.writeHead(200, {
        "content-type": types[extname(file)] ?? "application/octet-stream",
        "content-security-policy": app.security.csp,
        "cache-control": file === "/index.html" ? "no-store" : "max-age=86400, immutable",
      });
      response.end(read.get(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}` };
}

const wanted = ["error", "warning"];

/** The options with which the browser is started. */
export const launching = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--metrics-recording-only",
  ],
};

/** Returns the browser that `run.mjs` started for all files, or a new one for a file that runs alone. */
const browserOf = () => {
  const shared = process.env.CHAVEIRO_BROWSER;
  return shared ? chromium.connect(shared) : chromium.launch(launching);
};

/** Starts a server and gets a browser for a file of tests. */
export async function start() {
  const { server, address } = await serve();
  const browser = await browserOf();
  // Pages that a test has returned. A page is loaded again for each test, with nothing stored. A new window for each
  // test, with its own caches, would take longer to start than most tests take to run. The browser frees the memory of
  // previous loads only when the system is short of memory, and 100,000 rows leave 240 MB, so a page that holds too
  // much is closed.
  const idle = [];
  const tooMuch = 64 * 1024 * 1024;

  async function newPage() {
    const context = await browser.newContext({ locale: "en-GB" });
    // The program does the same before any script of the page runs.
    if (app.security.freezePrototype) await context.addInitScript(() => Object.freeze(Object.prototype));
    const page = await context.newPage();
    // The default time limit is long enough for a busy machine.
    page.setDefaultTimeout(Number(process.env.PATIENCE ?? 30_000));
    const tools = await context.newCDPSession(page);
    const forget = () => tools.send("Storage.clearDataForOrigin", { origin: address, storageTypes: "local_storage" });
    const held = async () => (await tools.send("Runtime.getHeapUsage")).totalSize;
    const seat = { page, forget, held, complaints: [], leaving: false };
    // Messages of the previous test's page while it is left do not belong to the next test.
    page.on("framenavigated", (frame) => {
      if (!seat.leaving || frame !== page.mainFrame()) return;
      seat.complaints = [];
      seat.leaving = false;
    });
    page.on("console", (message) => wanted.includes(message.type()) && seat.complaints.push(message.text()));
    page.on("pageerror", (error) => seat.complaints.push(error.stack ?? error.message));
    return seat;
  }

  /** Opens a fresh page in a scenario of the in-memory host. Any error of the page fails the test at `done`. */
  async function open(scenario, { width = 1280, height = 800, reducedMotion = "reduce" } = {}) {
    const seat = idle.pop() ?? (await newPage());
    const { page } = seat;
    seat.leaving = true;
    await seat.forget();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ media: "screen", colorScheme: "light", reducedMotion });
    await page.mouse.move(0, 0);
    await page.goto(`${address}/?fake=${scenario}`);
    await page.locator("main").first().waitFor();
    const done = async () => {
      const { complaints } = seat;
      if (complaints.length === 0 && (await seat.held()) < tooMuch) return idle.push(seat);
      await page.context().close();
      if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join("\n")}`);
    };
    return { page, done };
  }

  const stop = async () => {
    await browser.close();
    server.close();
  };
  return { open, stop };
}

/** The rules of axe about colors; for all others the document is the same in either theme. */
export const colorRules = ["color-contrast", "link-in-text-block"];

/** Returns everything that axe finds, by all rules or by some, as readable lines. */
export async function violations(page, rules) {
  if (!(await page.evaluate(() => "axe" in window))) await page.addScriptTag({ url: "/axe.min.js" });
  const found = await page.evaluate(
    (rules) => window.axe.run(document, { resultTypes: ["violations"], ...(rules && { runOnly: rules }) }),
    rules,
  );
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      (node) => `${id}: ${help}: ${node.target.join(" ")} ${node.failureSummary ?? ""} ${node.html.slice(0, 200)}`,
    ),
  );
}

/** Reads the labels of the window in a language, by which the tests look for elements. */
export async function words(language) {
  return JSON.parse(await readFile(new URL(`../../ui/src/i18n/${language}.json`, import.meta.url), "utf8"));
}
