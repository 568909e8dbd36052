// Checks the texts: both languages have every key, with the same placeholders; every key is used; every plural has its
// forms.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const flatten = (words, path = "") =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value]] : flatten(value, `${path}${key}.`),
  );
const read = (language) => new Map(flatten(JSON.parse(readFileSync(`${source}i18n/${language}.json`, "utf8"))));
const languages = { en: read("en"), "pt-BR": read("pt-BR") };
const problems = [];

const plural = /_(one|many|other)$/;
const stem = (key) => key.replace(plural, "");
const blanks = (text) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)]
    .map(([, name]) => name)
    .sort()
    .join();

for (const [language, words] of Object.entries(languages)) {
  const others = language === "en" ? languages["pt-BR"] : languages.en;
  const stems = new Set([...others.keys()].map(stem));
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  for (const [key, text] of words) {
    if (!text.trim()) problems.push(`${language}: ${key} is empty`);
    if (!stems.has(stem(key))) problems.push(`${key} is in ${language} alone`);
    const counterpart = others.get(key);
    if (counterpart !== undefined && blanks(counterpart) !== blanks(text)) problems.push(`${key}: the blanks differ`);
    if (plural.test(key))
      for (const form of forms)
        if (!words.has(`${stem(key)}_${form}`)) problems.push(`${language}: ${stem(key)} lacks its form "${form}"`);
  }
}

const files = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? files(join(folder, each.name)) : /\.tsx?$/.test(each.name) ? [join(folder, each.name)] : [],
  );
const code = files(source)
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");
// Matches "a.b" as it is, or `a.${something}.b` with a placeholder in it.
const patterns = [...code.matchAll(/["`]([a-zA-Z]+(?:\.[a-zA-Z0-9${}.()-]+)+)["`]/g)].map(
  ([, key]) =>
    new RegExp(
      `^${key
        .replace(/\$\{[^}]+\}/g, "§")
        .replace(/[.*+?^()|[\]\\]/g, "\\$&")
        .replaceAll("§", "[^.]+")}$`,
    ),
);
for (const key of new Set([...languages.en.keys()].map(stem)))
  if (!patterns.some((pattern) => pattern.test(key))) problems.push(`${key} is never used`);

for (const problem of problems) console.error(problem);
console.log(`${languages.en.size} texts, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
