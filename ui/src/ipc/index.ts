// The one door to the host: every other module asks through `call` and `listen`, and takes its types from here.

export type * from "./bindings";
export { CommandFailure, type CommandName, call, failureOf, type ResponseOf } from "./call";
export { listen } from "./listen";
export * from "./lists";
export { hearProblems, reportProblem } from "./problems";
