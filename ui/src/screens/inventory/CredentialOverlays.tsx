// The drawers and dialogs over a list of credentials: details, the form, and confirmations.
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast, toastFailure } from "../../components/feedback/toast";
import { useCredential } from "../../data/records";
import { ChangeResult } from "../../features/changes/ChangeResult";
import { ConfirmChange } from "../../features/changes/ConfirmChange";
import type { CredentialAction } from "../../features/credentials/CredentialDetails";
import { DeleteCredential } from "../../features/credentials/DeleteCredential";
import { PauseCredential } from "../../features/credentials/PauseDialog";
import { OperationBadge } from "../../features/operations/states";
import { ReconcileDialog } from "../../features/reconciliation/ReconcileDialog";
import { formatError } from "../../i18n/errors";
import { counted } from "../../i18n/format";
import { type ChangeRequestedView, type CredentialView, call, failureOf } from "../../ipc";
import { useGo } from "../places";

const CredentialDetails = lazy(() =>
  import("../../features/credentials/CredentialDetails").then((module) => ({ default: module.CredentialDetails })),
);
const CredentialForm = lazy(() =>
  import("../../features/credentials/CredentialForm").then((module) => ({ default: module.CredentialForm })),
);
const History = lazy(() =>
  import("../../features/credentials/History").then((module) => ({ default: module.History })),
);
const CopySecret = lazy(() =>
  import("../../features/credentials/secret/CopySecret").then((module) => ({ default: module.CopySecret })),
);

type ListQuery = { what: "verify" | "reconcile" | "pause"; id: string; name: string };
export type OpenCredential =
  | { what: "details" | "edit" | "delete" | "history" | "copy"; id: string; name: string }
  | ListQuery
  | { what: "create"; device: { id: string; name: string } | null }
  | null;

type Props = { open: OpenCredential; setOpen: (open: OpenCredential) => void };

/** Ends a credential's pause and shows the result. */
export function useResume() {
  const { t } = useTranslation();
  return (id: string, name: string) =>
    call("credentialResume", { selection: { kind: "ids", ids: [id] } })
      .then(() => toast(t("rotation.credentialResumed", { name })))
      .catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));
}

function EditCredential(props: { id: string; onSaved: (credential: CredentialView) => void; onClose: () => void }) {
  const { data } = useCredential(props.id);
  return data ? (
    <CredentialForm credential={data} device={null} onSaved={props.onSaved} onClose={props.onClose} />
  ) : null;
}

export function CredentialOverlays({ open, setOpen }: Props) {
  const { t } = useTranslation();
  const go = useGo();
  const resume = useResume();
  const [skipped, setSkipped] = useState<ChangeRequestedView | null>(null);
  // A question that was asked from the details opens over them; one that was asked from the list opens alone.
  const [askedOver, setAskedOver] = useState<ListQuery | null>(null);
  const alone = open?.what === "verify" || open?.what === "reconcile" || open?.what === "pause" ? open : null;
  const asked = askedOver ?? alone;
  const close = () => setOpen(null);
  const answered = () => (askedOver ? setAskedOver(null) : close());
  const nameOf = (credential: { username: string; deviceName: string }) =>
    t("credentials.label", { username: credential.username, device: credential.deviceName });
  const saved = (credential: CredentialView) => {
    toast(t("credentials.saved", { name: nameOf(credential) }));
    close();
  };
  const act = (what: CredentialAction, credential: CredentialView) => {
    const { id } = credential;
    const name = nameOf(credential);
    if (what === "change") go({ screen: "change", preselected: id });
    else if (what === "operations") go({ screen: "operations", credential: { id, name } });
    else if (what === "trail") go({ screen: "audit", object: { id, name } });
    else if (what === "resume") resume(id, name);
    else if (what === "edit" || what === "history") setOpen({ what, id, name });
    else setAskedOver({ what, id, name });
  };
  return (
    <Suspense fallback={null}>
      {open?.what === "details" && (
        <CredentialDetails
          key={open.id}
          id={open.id}
          onClose={close}
          onDo={act}
          operationMark={(node) =>
            node.operationState && <OperationBadge operation={{ state: node.operationState, step: node.step }} />
          }
          onShow={(node) => setOpen({ what: "details", id: node.id, name: nameOf(node) })}
        />
      )}
      {open?.what === "create" && (
        <CredentialForm credential={null} device={open.device} onSaved={saved} onClose={close} />
      )}
      {open?.what === "edit" && <EditCredential id={open.id} onSaved={saved} onClose={close} />}
      {asked?.what === "pause" && <PauseCredential id={asked.id} name={asked.name} onClose={answered} />}
      {asked?.what === "verify" && (
        <ConfirmChange
          kind="verify"
          selection={{ kind: "ids", ids: [asked.id] }}
          count={1}
          onClose={answered}
          onRequested={(answer) => {
            answered();
            if (answer.skipped.length > 0) setSkipped(answer);
            else toast(t("verification.requested", counted(1)));
          }}
        />
      )}
      {skipped && (
        <ChangeResult
          kind="verify"
          result={skipped}
          onClose={() => setSkipped(null)}
          onGoToOperations={() => go({ screen: "operations", filter: {} })}
        />
      )}
      {asked?.what === "reconcile" && (
        <ReconcileDialog
          credentialId={asked.id}
          name={asked.name}
          operationId={null}
          onRequested={answered}
          onClose={answered}
        />
      )}
      {open?.what === "history" && <History id={open.id} name={open.name} onClose={close} />}
      {open?.what === "copy" && <CopySecret id={open.id} name={open.name} onClose={close} />}
      {open?.what === "delete" && (
        <DeleteCredential
          id={open.id}
          name={open.name}
          onClose={close}
          onDeleted={() => {
            toast(t("credentials.deleted", { name: open.name }));
            close();
          }}
        />
      )}
    </Suspense>
  );
}
