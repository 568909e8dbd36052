// The badges for the states of a request, for the reasons that may block a credential, and for the status of a
// signature.
import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconBan,
  IconBolt,
  IconCircleCheck,
  IconCircleX,
  IconHandStop,
  IconHourglassEmpty,
  IconListDetails,
  IconShieldCheck,
  IconShieldX,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type BadgeStyle, StateBadge } from "../../components/feedback/StateBadge";
import type { BatchFlag, DecisionStatus, RequestRowView, RequestState, Verdict } from "../../ipc";
import classes from "./requests.module.css";

const states = {
  awaitingApproval: { icon: IconHandStop, tone: "violet" },
  applied: { icon: IconCircleCheck, tone: "green" },
  rejected: { icon: IconCircleX, tone: "red" },
  canceled: { icon: IconBan, tone: "gray" },
  expired: { icon: IconHourglassEmpty, tone: "amber" },
  conflict: { icon: IconAlertTriangle, tone: "amber" },
} satisfies Record<RequestState, BadgeStyle>;

export function RequestBadge({ row }: { row: Pick<RequestRowView, "state" | "emergency"> }) {
  const { t } = useTranslation();
  // A request that was applied without approvals is never shown as an approved one.
  if (row.emergency) return <StateBadge badge={{ icon: IconBolt, tone: "red" }} label={t("requests.emergencyBadge")} />;
  return <StateBadge badge={states[row.state]} label={t(`requests.states.${row.state}`)} />;
}

const verdicts = {
  approved: { icon: IconCircleCheck, tone: "green" },
  rejected: { icon: IconCircleX, tone: "red" },
} satisfies Record<Verdict, BadgeStyle>;

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation();
  return <StateBadge badge={verdicts[verdict]} label={t(`requests.verdicts.${verdict}`)} />;
}

export function SignatureBadge({ signature }: { signature: DecisionStatus }) {
  const { t } = useTranslation();
  const badge: BadgeStyle =
    signature === "valid" ? { icon: IconShieldCheck, tone: "green" } : { icon: IconShieldX, tone: "red" };
  return (
    <span className={classes.signature}>
      <StateBadge
        badge={badge}
        label={t(signature === "valid" ? "requests.signatureValid" : "requests.signatureWrong")}
      />
      {signature !== "valid" && <span>{t(`requests.signatures.${signature}`)}</span>}
    </span>
  );
}

const flags = {
  openOperation: { icon: IconListDetails, tone: "amber" },
  openRequest: { icon: IconHandStop, tone: "violet" },
  notApplicable: { icon: IconAlertOctagon, tone: "red" },
} satisfies Record<BatchFlag, BadgeStyle>;

export function Flags({ of }: { of: BatchFlag[] }) {
  const { t } = useTranslation();
  return (
    <span className={classes.flags}>
      {of.map((flag) => (
        <span key={flag} title={t(`batch.flagTexts.${flag}`)}>
          <StateBadge badge={flags[flag]} label={t(`batch.flags.${flag}`)} />
        </span>
      ))}
    </span>
  );
}
