// Every screen in English, looked at by axe.
import { testEveryScreen } from "./accessibility.mjs";

await testEveryScreen("en");
