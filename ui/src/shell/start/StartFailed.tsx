// The screen for a host that does not answer at the start: a message in the system's colours, so that the window is not
// empty.
import { Button, MantineProvider } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { Reference } from "../../components/feedback/Reference";
import type { ErrorText } from "../../i18n/errors";
import { cssVariables, theme } from "../../theme/theme";
import { useFirstPaint } from "../firstPaint";

export function StartFailed({ failure }: { failure: ErrorText }) {
  const { t } = useTranslation();
  useFirstPaint();
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <main style={{ display: "grid", placeItems: "center", height: "100%" }} role="alert">
        <EmptyState
          text={t("start.failedTitle")}
          detail={`${failure.message} ${failure.recovery}`}
          action={
            <>
              {failure.reference && <Reference reference={failure.reference} />}
              <Button onClick={() => window.location.reload()}>{t("common.retry")}</Button>
            </>
          }
        />
      </main>
    </MantineProvider>
  );
}
