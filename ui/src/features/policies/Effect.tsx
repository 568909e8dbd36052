// A preview of saving a policy: the credentials that it would apply to, gain and lose.
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { FailureNote } from "../../components/feedback/Note";
import { keys } from "../../data/keys";
import { formatError } from "../../i18n/errors";
import { counted } from "../../i18n/format";
import { call, failureOf, type PolicyPreviewView, type PolicySaveRequest } from "../../ipc";
import classes from "./policies.module.css";

export function usePreview(request: PolicySaveRequest) {
  const [asked] = useDebouncedValue(request, 300);
  return useQuery({
    queryKey: [...keys.policies, "preview", asked],
    queryFn: () => call("policyPreview", asked),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

/** Shows the effect in one line, beside the save button. */
export function EffectLine({ preview }: { preview: PolicyPreviewView }) {
  const { t } = useTranslation();
  const moved = preview.gained + preview.lost;
  return (
    <output className={classes.effectLine}>
      {t("policies.applies", counted(preview.applies))}
      {" · "}
      {moved === 0 ? t("policies.movesNone") : t("policies.moves", counted(moved))}
    </output>
  );
}

export function Effect({ preview, error }: { preview: PolicyPreviewView | undefined; error: Error | null }) {
  const { t } = useTranslation();
  if (error) return <FailureNote failure={formatError(failureOf(error))} />;
  if (!preview) return null;
  const none = t("policies.noneApplies");
  return (
    <div className={classes.effect}>
      <p className={classes.lead}>
        <b>{t("policies.applies", counted(preview.applies))}.</b> {t("policies.gained", counted(preview.gained))}{" "}
        {t("policies.lost", counted(preview.lost))}
      </p>
      {preview.moves.length > 0 && (
        <table className={classes.moves}>
          <thead>
            <tr>
              <th scope="col">{t("operations.username")}</th>
              <th scope="col">{t("policies.before")}</th>
              <th scope="col">{t("policies.after")}</th>
            </tr>
          </thead>
          <tbody>
            {preview.moves.map((move) => (
              <tr key={move.credentialId}>
                <td>{t("credentials.label", { username: move.username, device: move.deviceName })}</td>
                <td>{move.from ?? none}</td>
                <td>{move.to ?? none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {preview.moves.length < preview.gained + preview.lost && (
        <p className={classes.muted}>
          {t("policies.movesMore", counted(preview.gained + preview.lost - preview.moves.length))}
        </p>
      )}
    </div>
  );
}
