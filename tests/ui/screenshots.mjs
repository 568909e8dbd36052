// Takes pictures of every screen, for people to look at: `npm run screenshots` in ui/, then tests/ui/output/pictures.
// LANGUAGE=pt-BR, THEME=dark, ONLY=name,name and SIZE=960x640 limit or change the pictures.
import { mkdir } from "node:fs/promises";
import { screens } from "./screens.mjs";
import { output, start } from "./support.mjs";

const language = process.env.LANGUAGE === "pt-BR" ? "pt-BR" : "en";
const theme = process.env.THEME === "dark" ? "dark" : "light";
const [width, height] = (process.env.SIZE ?? "1280x800").split("x").map(Number);
const folder = `${output}pictures/`;
await mkdir(folder, { recursive: true });
const { open, stop } = await start();
for (const { name, rows, go } of await screens(language)) {
  if (process.env.ONLY && !process.env.ONLY.split(",").some((begin) => name.startsWith(begin))) continue;
  for (const scenario of rows) {
    const { page, done } = await open(`${scenario},${theme},${language === "en" ? "en" : "pt"}`, { width, height });
    const file = `${folder}${name}-${scenario.replace(",", "-")}-${theme}-${language}-${width}.png`;
    await go(page).catch((error) => console.error(`${name} ${scenario}: ${error.message}`));
    await page.evaluate(async () => {
      const ends = (animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY;
      const running = document.getAnimations().filter(ends);
      await Promise.allSettled([document.fonts.ready, ...running.map((animation) => animation.finished)]);
    });
    await page.screenshot({ path: file });
    await done().catch((error) => console.error(`${name} ${scenario}: ${error.message}`));
  }
}
await stop();
