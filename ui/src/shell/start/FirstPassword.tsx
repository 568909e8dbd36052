// The screen of a first sign-in: the user chooses a password before anything else.
import { type Preferences, useSession } from "../../data/session";
import { SetPassword } from "../../features/session/SetPassword";
import { call, type SessionView } from "../../ipc";
import { StartLayout } from "./StartLayout";

type Props = {
  version: string;
  session: SessionView;
  preferences: Preferences;
  onPreferences: (preferences: Preferences) => void;
  onSet: (session: SessionView) => void;
};

export default function FirstPassword({ version, session, preferences, onPreferences, onSet }: Props) {
  const { showLocked } = useSession();
  const leave = () => {
    call("sessionSignOut")
      .catch(() => {})
      .finally(showLocked);
  };
  return (
    <StartLayout version={version} preferences={preferences} onPreferences={onPreferences}>
      <SetPassword session={session} onSet={onSet} onLeave={leave} />
    </StartLayout>
  );
}
