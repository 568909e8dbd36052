// Tests every screen in Brazilian Portuguese with axe.
import { testEveryScreen } from "./accessibility.mjs";

await testEveryScreen("pt-BR");
