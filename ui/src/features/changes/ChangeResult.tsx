// The result of a request: the number of scheduled changes, and the credentials that were left out, with reasons.

import { Button, Group, Modal, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useReturnFocus } from "../../components/dialogs/returnFocus";
import { Note } from "../../components/feedback/Note";
import { counted } from "../../i18n/format";
import type { ChangeRequestedView, SkippedView } from "../../ipc";
import type { RequestKind } from "./ConfirmChange";
import classes from "./changes.module.css";

type Props = {
  kind: RequestKind;
  result: ChangeRequestedView;
  onGoToOperations: () => void;
  onClose: () => void;
};

const shown = 200;

function Skipped({ skipped }: { skipped: SkippedView[] }) {
  const { t } = useTranslation();
  const title = t("change.skipped", counted(skipped.length));
  return (
    <Note kind="warning" title={title}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.skipped} tabIndex={0} aria-label={title}>
        <ul className={classes.list}>
          {skipped.slice(0, shown).map((each) => (
            <li key={each.credentialId}>
              <b>{each.label}</b>
              <span>{t(`notChangeable.${each.reason}`)}</span>
            </li>
          ))}
        </ul>
      </section>
    </Note>
  );
}

export function ChangeResult({ kind, result, onGoToOperations, onClose }: Props) {
  const { t } = useTranslation();
  useReturnFocus();
  const requested = result.operationIds.length;
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        kind === "change"
          ? t(requested > 0 ? "change.resultTitle" : "change.resultNone")
          : t(requested > 0 ? "verification.resultTitle" : "verification.resultNone")
      }
      size="32rem"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="sm">
        {requested > 0 && (
          <Note
            kind="good"
            title={t(kind === "change" ? "change.requested" : "verification.requested", counted(requested))}
          >
            {result.requestId && t("batch.nothingYet")}
          </Note>
        )}
        {result.skipped.length > 0 && <Skipped skipped={result.skipped} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("change.stay")}
          </Button>
          {requested > 0 && (
            <Button onClick={onGoToOperations} data-autofocus>
              {t("change.goOperations")}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
