// One clock for every relative time on the screen: each interval has a single timer, however many components use it.
import { useSyncExternalStore } from "react";

function makeClock(pace: number) {
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | null = null;
  const watchers = new Set<() => void>();
  return {
    read: () => now,
    watch: (watcher: () => void) => {
      watchers.add(watcher);
      if (!timer) {
        now = Date.now();
        timer = setInterval(() => {
          now = Date.now();
          for (const each of watchers) each();
        }, pace);
      }
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0 && timer) {
          clearInterval(timer);
          timer = null;
        }
      };
    },
  };
}

const seconds = makeClock(1000);
const halfMinutes = makeClock(30_000);

export const useSeconds = () => useSyncExternalStore(seconds.watch, seconds.read);
export const useHalfMinutes = () => useSyncExternalStore(halfMinutes.watch, halfMinutes.read);
