// Subscribes to an event of the host; answers how to stop, at once, even while the subscription is still on its way.
import { type Host, host } from "./host";

type Events = Host["events"];
type PayloadOf<N extends keyof Events> = Parameters<Parameters<Events[N]["listen"]>[0]>[0]["payload"];

export function listen<N extends keyof Events>(name: N, callback: (payload: PayloadOf<N>) => void): () => void {
  let stopped = false;
  const events = host().events[name] as Events[N] | undefined;
  // A host that does not know the event never sends it.
  if (!events) return () => {};
  // `this` stays with the object: generated events keep state there.
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
