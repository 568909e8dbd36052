// What a list was filtered by when it was last left: kept in the vault, because it names accounts and devices.
import { useDebouncedCallback } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { call, type ListFilter, type SavedFiltersView } from "../ipc";
import { keys } from "./keys";

export function useRemember(filter: ListFilter) {
  const client = useQueryClient();
  const first = useRef(true);
  // Not being able to remember a filter is nothing to stop for.
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
    client.setQueryData<SavedFiltersView>(keys.savedFilterList(last.list), (known) => known && { ...known, last });
    save(last);
  }, [text, client, save]);
}
