// Every screen in Brazilian Portuguese, looked at by axe.
import { testEveryScreen } from "./accessibility.mjs";

await testEveryScreen("pt-BR");
