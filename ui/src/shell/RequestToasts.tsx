// Messages about requests: approvers see that a request has arrived and which applied emergencies they have not
// confirmed; everybody who may read requests sees when one is applied without approvals.
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { toast, toastFailure } from "../components/feedback/toast";
import { useRequestWaiting } from "../data/records";
import { useMay } from "../data/session";
import { counted } from "../i18n/format";
import { listen } from "../ipc";

export function RequestToasts() {
  const { t } = useTranslation();
  const pending = useRequestWaiting(useMay("decide")).data;
  const waiting = pending?.waiting;
  const unseen = pending?.emergencies.length ?? 0;
  const mayRead = useMay("readBatches");
  const before = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (waiting === undefined) return;
    if (before.current !== undefined && waiting > before.current) toast(t("requests.arrived", counted(waiting)));
    before.current = waiting;
  }, [waiting, t]);
  useEffect(() => {
    if (unseen > 0)
      toastFailure({
        message: t("requests.emergenciesUnseen", counted(unseen)),
        recovery: t("requests.emergenciesAsk"),
      });
  }, [unseen, t]);
  useEffect(
    () =>
      mayRead
        ? listen("emergencyApplied", () =>
            toastFailure({ message: t("requests.emergencyTold"), recovery: t("requests.emergencyLook") }),
          )
        : undefined,
    [mayRead, t],
  );
  return null;
}
