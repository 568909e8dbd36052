// The last filter of each list is stored in the vault, because it names accounts and devices. While the window is open,
// its own copy in memory counts, under a key that no event makes stale: it is newer than the vault's.
import { useDebouncedCallback } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { call, type FilteredList, type ListFilter } from "../ipc";
import { keys } from "./keys";
import { useSavedFilters } from "./records";

/** Returns undefined until the filter is known; null if the list has not been filtered yet. */
export function useLastFilter(list: FilteredList): ListFilter | null | undefined {
  const client = useQueryClient();
  const { data, isError } = useSavedFilters(list);
  const here = client.getQueryData<ListFilter>(keys.lastFilter(list));
  if (here) return here;
  return isError ? null : data?.last;
}

export function useRemember(filter: ListFilter) {
  const client = useQueryClient();
  const first = useRef(true);
  // A failure to store the filter is not important enough to report.
  const save = useDebouncedCallback(
    (last: ListFilter) => void call("filterRemember", { filter: last }).catch(() => {}),
    {
      delay: 600,
      flushOnUnmount: true,
    },
  );
  const text = JSON.stringify(filter);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const last = JSON.parse(text) as ListFilter;
    client.setQueryData(keys.lastFilter(last.list), last);
    save(last);
  }, [text, client, save]);
}

/**
 * Returns the filter and sorting with which a list was left, while the vault stays open. Null: it has not been left
 * yet.
 */
export function useListState<L>(name: string) {
  const client = useQueryClient();
  return {
    saved: client.getQueryData<L>(keys.listState(name)) ?? null,
    save: (list: L) => {
      client.setQueryData<L>(keys.listState(name), list);
    },
  };
}
