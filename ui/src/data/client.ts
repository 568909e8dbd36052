// The only cache of the host's answers. It is emptied when the vault is locked.
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { failureOf } from "../ipc";
import { keys } from "./keys";

/** Makes the cache. `onLocked` is called when the host reports that no vault is open any more. */
export function makeClient(onLocked: () => void): QueryClient {
  const watch = (error: Error) => {
    if (failureOf(error).code === "locked") onLocked();
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      // The host is on this machine and reports changed records, so neither time nor focus makes an answer stale.
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
        refetchOnWindowFocus: false,
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  // The state in which a list was left cannot be fetched again, so it is kept.
  client.setQueryDefaults(keys.lists, { gcTime: Number.POSITIVE_INFINITY });
  return client;
}
