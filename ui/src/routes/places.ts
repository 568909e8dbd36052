// Where one can be in the window, and what a place is shown for.
import { createContext, useContext } from "react";
import type { AttemptFilter, CredentialFilter, ExpirationFilter, OperationFilter } from "../ipc";

export type Place =
  | { screen: "home" }
  | {
      screen: "credentials";
      deviceId?: string;
      filter?: Partial<CredentialFilter>;
      open?: string;
      edit?: string;
      create?: { id: string; name: string } | "anywhere";
    }
  | { screen: "devices"; open?: string; edit?: string; create?: true }
  | { screen: "policies"; open?: string; create?: true }
  | { screen: "strengths"; open?: string }
  | {
      screen: "operations";
      credential?: { id: string; name: string };
      filter?: Partial<OperationFilter>;
      open?: string;
    }
  | { screen: "attempts"; filter?: Partial<AttemptFilter>; open?: string }
  | { screen: "change"; preselected?: string }
  | { screen: "expiration"; filter?: Partial<ExpirationFilter> };

export type Screen = Place["screen"];

export const GoContext = createContext<(place: Place) => void>(() => {});
export const useGo = () => useContext(GoContext);
