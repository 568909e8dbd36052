// How well a password being typed resists guessing: asked of the host, which never keeps it.
import { call } from "../ipc";

export const measureStrength = (password: string, userInputs: string[]) =>
  call("passwordStrength", { password, userInputs });
