// The state of a secret on the screen: requested with a reason if one is required, kept only in the component, and
// removed after its time.
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "../../../components/feedback/toast";
import { useSession } from "../../../data/session";
import { type ErrorText, formatError } from "../../../i18n/errors";
import { failureOf, type SecretCopiedView, type SecretView } from "../../../ipc";
import { needsReason, noReason, type Reason } from "./Reason";

export type RevealedSecret = SecretView & { until: number };
type Asks = {
  reveal: (reason: Reason) => Promise<SecretView>;
  copy: (reason: Reason) => Promise<SecretCopiedView>;
};

export function useSecret({ reveal, copy }: Asks) {
  const { t } = useTranslation();
  const rules = useSession().view.reveal;
  // The secret is never in the cache, so closing the drawer or locking removes it.
  const [secret, setSecret] = useState<RevealedSecret | null>(null);
  const [failure, setFailure] = useState<ErrorText | null>(null);
  const [asking, setAsking] = useState<"reveal" | "copy" | null>(null);
  const [busy, setBusy] = useState(false);
  const hide = useCallback(() => setSecret(null), []);

  const act = async (what: "reveal" | "copy", reason: Reason) => {
    setFailure(null);
    setBusy(true);
    try {
      if (what === "reveal") {
        const answer = await reveal(reason);
        setSecret({ ...answer, until: Date.now() + answer.hideAfterSeconds * 1000 });
      } else {
        const { clearsAfterSeconds } = await copy(reason);
        toast(t("credentials.copied", { seconds: clearsAfterSeconds }));
      }
      setAsking(null);
    } catch (thrown) {
      setFailure(formatError(failureOf(thrown)));
    }
    setBusy(false);
  };
  const begin = (what: "reveal" | "copy") => {
    setFailure(null);
    if (needsReason(rules)) setAsking(what);
    else act(what, noReason);
  };

  return {
    secret,
    hide,
    busy,
    asking,
    rules,
    failure,
    begin,
    given: (reason: Reason) => asking && act(asking, reason),
    dismiss: () => {
      setAsking(null);
      setFailure(null);
    },
  };
}
