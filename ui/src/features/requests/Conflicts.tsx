// The conflicts of a request: each value that changed since it was made, and a button to request again.
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Note } from "../../components/feedback/Note";
import { counted } from "../../i18n/format";
import type { ConflictView } from "../../ipc";
import { formatValue } from "./format";
import classes from "./requests.module.css";

type Props = { conflicts: ConflictView[]; onRepeat: (() => void) | null };

export function Conflicts({ conflicts, onRepeat }: Props) {
  const { t } = useTranslation();
  const title = t("requests.conflictTitle", counted(conflicts.length));
  return (
    <Note kind="warning" title={title}>
      <p className={classes.plain}>{t("requests.conflictText")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.conflicts} tabIndex={0} aria-label={title}>
        <table className={classes.whole}>
          <thead>
            <tr>
              <th scope="col">{t("requests.credential")}</th>
              <th scope="col">{t("requests.field")}</th>
              <th scope="col">{t("requests.expected")}</th>
              <th scope="col">{t("requests.found")}</th>
            </tr>
          </thead>
          <tbody>
            {conflicts.map(({ credentialId, username, deviceName, reason, field, expected, found }) => (
              <tr key={`${credentialId} ${field} ${reason}`}>
                <th scope="row">{t("credentials.label", { username, device: deviceName })}</th>
                <td>{field ? t(`requests.fields.${field}`) : ""}</td>
                {reason === "changed" && field ? (
                  <>
                    <td>{formatValue(field, "value", expected)}</td>
                    <td>{formatValue(field, "value", found)}</td>
                  </>
                ) : (
                  <td colSpan={2}>{t(`requests.conflictReasons.${reason}`)}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {onRepeat && (
        <Button size="compact-sm" mt="xs" onClick={onRepeat}>
          {t("requests.repeat")}
        </Button>
      )}
    </Note>
  );
}
