// Serves the built page (with the in-memory host) under the program's own content security policy, and drives it in a
// real browser: Debian's Chromium, or whatever CHROMIUM names.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const fromUi = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = fromUi("playwright-core");
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

async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://page").pathname);
    const file = join(root, path === "/" ? "index.html" : path);
    // Asked for by browsers alone; the program's window has its icon from elsewhere.
    if (path === "/favicon.ico") return response.writeHead(204).end();
    try {
      const body = await readFile(file);
      response.writeHead(200, {
        "content-type": types[extname(file)] ?? "application/octet-stream",
        "content-security-policy": app.security.csp,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}` };
}

/** One browser and one server for a file of tests. */
export async function start() {
  const { server, address } = await serve();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-default-apps",
      "--disable-sync",
      "--no-first-run",
      "--metrics-recording-only",
    ],
  });

  /** A fresh page in a scenario of the in-memory host; whatever the page complains about fails the test at `done`. */
  async function open(scenario, { width = 1280, height = 800, reducedMotion = "reduce" } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion, locale: "en-GB" });
    const page = await context.newPage();
    // A busy machine needs more patience than a person has.
    page.setDefaultTimeout(Number(process.env.PATIENCE ?? 20_000));
    const complaints = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
    await page.goto(`${address}/?fake=${scenario}`);
    await page.locator("main").first().waitFor();
    const done = async () => {
      await context.close();
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

/** Everything axe finds, as lines a person can act on. */
export async function violations(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      (node) => `${id}: ${help}: ${node.target.join(" ")} ${node.failureSummary ?? ""} ${node.html.slice(0, 200)}`,
    ),
  );
}

/** The labels of the window, by language, as the tests look for them. */
export async function words(language) {
  return JSON.parse(await readFile(new URL(`../../ui/src/i18n/${language}.json`, import.meta.url), "utf8"));
}
