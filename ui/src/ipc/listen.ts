// Subscribes to an event of the host. Returns a function that stops it at once, even while the subscription is still
// being set up.
import { type Host, host } from "./host";

type Events = Host["events"];
type PayloadOf<N extends keyof Events> = Parameters<Parameters<Events[N]["listen"]>[0]>[0]["payload"];

export function listen<N extends keyof Events>(name: N, callback: (payload: PayloadOf<N>) => void): () => void {
  let stopped = false;
  const events = host().events[name] as Events[N] | undefined;
  // If the host does not know the event, it never sends it.
  if (!events) return () => {};
  // `this` must be the events object, because the generated events keep state there.
  const pending = (events.listen as (handler: (event: { payload: PayloadOf<N> }) => void) => Promise<() => void>).call(
    events,
    (event) => {
      if (!stopped) callback(event.payload);
    },
  );
  return () => {
    stopped = true;
    pending.then((stop) => stop()).catch(() => {});
  };
}
