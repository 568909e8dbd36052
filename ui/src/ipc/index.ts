// The only access to the host: every other module uses `call` and `listen`, and takes its types from here.

export type * from "./bindings";
export { CommandFailure, type CommandName, call, failureOf, type ResponseOf } from "./call";
export { listen } from "./listen";
export * from "./lists";
export { hearProblems, reportProblem } from "./problems";
