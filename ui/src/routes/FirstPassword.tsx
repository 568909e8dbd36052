// The screen of a first sign-in: an own password before anything else.
import type { Preferences } from "../data/session";
import { SetPassword } from "../features/session/SetPassword";
import { call, type SessionView } from "../ipc";
import { StartLayout } from "./StartLayout";

type Props = {
  version: string;
  session: SessionView;
  preferences: Preferences;
  onPreferences: (preferences: Preferences) => void;
  onSet: (session: SessionView) => void;
};

export default function FirstPassword({ version, session, preferences, onPreferences, onSet }: Props) {
  const leave = () => {
    // The host says that nobody is here any more; should it not, the next command does.
    call("sessionSignOut").catch(() => {});
  };
  return (
    <StartLayout version={version} preferences={preferences} onPreferences={onPreferences}>
      <SetPassword session={session} onSet={onSet} onLeave={leave} />
    </StartLayout>
  );
}
