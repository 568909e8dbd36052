// An identity in the form in which a person compares it: algorithm or name, and the SHA256 fingerprint in monospaced
// groups.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Fingerprint.module.css";

type Props = { title?: string; algorithm: string; fingerprint: string; tone?: "old" | "danger"; children?: ReactNode };

export function Fingerprint({ title, algorithm, fingerprint, tone, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.key} data-tone={tone}>
      {title && <div className={classes.title}>{title}</div>}
      {fingerprint !== "" && (
        <>
          <div className={classes.label}>
            {t("hostKey.fingerprint")} · {algorithm}
          </div>
          <code className={classes.value} data-testid="fingerprint">
            {fingerprint}
          </code>
        </>
      )}
      {children && <div className={classes.label}>{children}</div>}
    </div>
  );
}
