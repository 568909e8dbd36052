// The sizes that the invented vault can have. The scenario names one of them.
export type Size = "none" | "three" | "thousand" | "many";
