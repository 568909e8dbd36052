// The list of operations that a sign-out or the end of the program waits for.
import { useTranslation } from "react-i18next";
import type { RunningOperationView } from "../../ipc";

export function WaitingFor({ waiting }: { waiting: RunningOperationView[] }) {
  const { t } = useTranslation();
  return (
    <>
      <div>{t("session.signingOutText")}</div>
      <ul aria-live="polite">
        {waiting.map((operation) => (
          <li key={operation.code}>
            {t("session.waitsFor", { code: operation.code, name: operation.label })}
            {operation.step && ` – ${t(`operations.steps.${operation.step}`)}`}
          </li>
        ))}
      </ul>
    </>
  );
}
