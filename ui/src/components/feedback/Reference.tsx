// The short reference of a failure, which is in the log too: to be read out, or copied with one click.
import { Button, CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./Note.module.css";

export function Reference({ reference }: { reference: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.reference}>
      <span>
        {t("diagnostics.reference")} <code>{reference}</code>
      </span>
      <CopyButton value={reference}>
        {({ copied, copy }) => (
          <Button variant="default" size="compact-xs" onClick={copy}>
            {t(copied ? "diagnostics.copied" : "diagnostics.copyReference")}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
