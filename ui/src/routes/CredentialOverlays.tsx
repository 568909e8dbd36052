// What opens over a list of credentials: details, the form, the question before deleting.
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "../components/toast";
import { useCredential } from "../data/records";
import { useMay } from "../data/session";
import { DeleteCredential } from "../features/credentials/DeleteCredential";
import type { CredentialView } from "../ipc";
import { useGo } from "./places";

const CredentialDetails = lazy(() =>
  import("../features/credentials/CredentialDetails").then((module) => ({ default: module.CredentialDetails })),
);
const CredentialForm = lazy(() =>
  import("../features/credentials/CredentialForm").then((module) => ({ default: module.CredentialForm })),
);
const History = lazy(() => import("../features/credentials/History").then((module) => ({ default: module.History })));
const CopySecret = lazy(() =>
  import("../features/credentials/CopySecret").then((module) => ({ default: module.CopySecret })),
);

export type OpenCredential =
  | { what: "details" | "edit" | "delete" | "history" | "copy"; id: string; name: string }
  | { what: "create"; device: { id: string; name: string } | null }
  | null;

type Props = { open: OpenCredential; setOpen: (open: OpenCredential) => void };

function EditCredential(props: { id: string; onSaved: (credential: CredentialView) => void; onClose: () => void }) {
  const { data } = useCredential(props.id);
  return data ? (
    <CredentialForm credential={data} device={null} onSaved={props.onSaved} onClose={props.onClose} />
  ) : null;
}

export function CredentialOverlays({ open, setOpen }: Props) {
  const { t } = useTranslation();
  const go = useGo();
  const mayAudit = useMay("readAudit");
  const close = () => setOpen(null);
  const nameOf = (credential: CredentialView) =>
    t("credentials.label", { username: credential.username, device: credential.deviceName });
  const saved = (credential: CredentialView) => {
    toast(t("credentials.saved", { name: nameOf(credential) }));
    close();
  };
  return (
    <Suspense fallback={null}>
      {open?.what === "details" && (
        <CredentialDetails
          id={open.id}
          onClose={close}
          onEdit={(credential) => setOpen({ what: "edit", id: credential.id, name: nameOf(credential) })}
          onRequestChange={({ id }) => go({ screen: "change", preselected: id })}
          onHistory={(credential) => setOpen({ what: "history", id: credential.id, name: nameOf(credential) })}
          onShowTrail={
            mayAudit
              ? (credential) => go({ screen: "audit", object: { id: credential.id, name: nameOf(credential) } })
              : undefined
          }
          onShowOperations={(credential) =>
            go({ screen: "operations", credential: { id: credential.id, name: nameOf(credential) } })
          }
        />
      )}
      {open?.what === "create" && (
        <CredentialForm credential={null} device={open.device} onSaved={saved} onClose={close} />
      )}
      {open?.what === "edit" && <EditCredential id={open.id} onSaved={saved} onClose={close} />}
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
