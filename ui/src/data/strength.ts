// Measures how well a password resists guessing. The host does this and never stores the password.
import { call } from "../ipc";

export const measureStrength = (password: string, userInputs: string[]) =>
  call("passwordStrength", { password, userInputs });
