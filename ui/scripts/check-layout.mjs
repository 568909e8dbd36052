// Checks how the files of `src` may depend on each other: the tiers, features that stay apart, no import cycles, and
// no folder with too many files. Type-only imports count: they tie two files together just as much.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = process.argv[2] ? resolve(process.argv[2]) : fileURLToPath(new URL("../src", import.meta.url));
const mostFiles = 20;

/** The tiers that each tier may import besides itself. `ipc/fake` is the in-memory host and `test` may import all. */
const mayImport = {
  theme: [],
  ipc: [],
  i18n: ["ipc"],
  data: ["ipc", "i18n"],
  components: ["i18n"],
  features: ["components", "data", "i18n", "ipc"],
  screens: ["components", "data", "features", "i18n", "ipc"],
  shell: ["components", "data", "features", "i18n", "ipc", "screens", "theme"],
};

const nameOf = (file) => relative(root, file).split(sep).join("/");
const foldersIn = (folder) => [
  folder,
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => foldersIn(join(folder, entry.name))),
];
const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(folder, entry.name));

function resolveImport(file, specifier) {
  const base = resolve(dirname(file), specifier);
  const candidates = [base, `${base}.ts`, `${base}.tsx`, join(base, "index.ts")];
  return candidates.find((each) => existsSync(each) && statSync(each).isFile());
}

const importPattern = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g;
function importsOf(file) {
  const specifiers = [...readFileSync(file, "utf8").matchAll(importPattern)].map(([, specifier]) => specifier);
  return specifiers.map((specifier) => resolveImport(file, specifier)).filter((each) => /\.tsx?$/.test(each ?? ""));
}

const folders = foldersIn(root);
const sources = folders.flatMap(filesIn).filter((file) => /\.tsx?$/.test(file));
const imports = new Map(sources.map((file) => [file, importsOf(file)]));
const problems = [];

for (const folder of folders) {
  const count = filesIn(folder).length;
  if (count > mostFiles) problems.push(`${nameOf(folder)} holds ${count} files; ${mostFiles} is the most`);
}

for (const [file, targets] of imports) {
  const [tier, noun] = nameOf(file).split("/");
  const allowed = mayImport[tier];
  if (!allowed) continue; // the entry points and the tests
  for (const target of targets) {
    const [targetTier, targetNoun] = nameOf(target).split("/");
    if (targetTier !== tier && !allowed.includes(targetTier))
      problems.push(`${nameOf(file)} imports ${nameOf(target)}: ${tier} may not import ${targetTier}`);
    else if (tier === "features" && targetTier === "features" && noun !== targetNoun)
      problems.push(`${nameOf(file)} imports ${nameOf(target)}: features never import each other`);
  }
}

const finished = new Set();
function findCycles(file, path) {
  const start = path.indexOf(file);
  if (start >= 0) {
    problems.push(`import cycle: ${[...path.slice(start), file].map(nameOf).join(" > ")}`);
    return;
  }
  if (finished.has(file)) return;
  for (const target of imports.get(file) ?? []) findCycles(target, [...path, file]);
  finished.add(file);
}
for (const file of sources) findCycles(file, []);

for (const problem of problems) console.error(problem);
console.log(`${sources.length} source files, ${problems.length} layout problems`);
process.exit(problems.length > 0 ? 1 : 0);
