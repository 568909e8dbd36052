// Tests every screen in English with axe.
import { testEveryScreen } from "./accessibility.mjs";

await testEveryScreen("en");
