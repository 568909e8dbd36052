// The one cache of what the host answered. It is emptied when the vault is locked.
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { failureOf } from "../ipc";
import { keys } from "./keys";

/** `onLocked`: the host says that no vault is open any more. */
export function makeClient(onLocked: () => void): QueryClient {
  const watch = (error: Error) => {
    if (failureOf(error).code === "locked") onLocked();
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      // The host is on this machine and says when records changed: neither time nor focus makes an answer stale.
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
        refetchOnWindowFocus: false,
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  // How a list was left is nothing that could be asked for again.
  client.setQueryDefaults(keys.lists, { gcTime: Number.POSITIVE_INFINITY });
  return client;
}
