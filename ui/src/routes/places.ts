// Where one can be in the window, and what a place is shown for.
import { createContext, useContext } from "react";

export type Place =
  | { screen: "credentials"; deviceId?: string; edit?: string; create?: { id: string; name: string } }
  | { screen: "devices"; edit?: string }
  | { screen: "operations"; credential?: { id: string; name: string } }
  | { screen: "change"; preselected?: string };

export type Screen = Place["screen"];

export const GoContext = createContext<(place: Place) => void>(() => {});
export const useGo = () => useContext(GoContext);
