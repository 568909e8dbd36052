// Pausing and resuming every rotation: the question, and the banner while everything is paused or waits.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { toast } from "../../components/feedback/toast";
import { useCommand } from "../../data/command";
import { keys } from "../../data/keys";
import { useRotationStatus } from "../../data/records";
import { useMayWritePolicies } from "../../data/session";
import { useSubmit } from "../../data/submit";
import { formatExact } from "../../i18n/format";
import { call, type RotationStatusView } from "../../ipc";
import classes from "./rotation.module.css";

function useShowStatus() {
  const client = useQueryClient();
  return (status: RotationStatusView) => {
    client.setQueryData(keys.rotation, status);
    client.invalidateQueries({ queryKey: keys.home });
  };
}

export function PauseDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const showStatus = useShowStatus();
  const form = useForm({ initialValues: { reason: "" }, clearInputErrorOnChange: true });
  const { submit, saving, failure } = useSubmit({
    form,
    send: (values) => call("rotationPause", values),
    done: (status) => {
      showStatus(status);
      onClose();
    },
  });
  return (
    <FormDialog
      title={t("rotation.pauseAllTitle")}
      text={t("rotation.pauseAllText")}
      submit={t("rotation.pauseAll")}
      busy={saving}
      failure={failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label={t("rotation.reason")} withAsterisk data-autofocus {...form.getInputProps("reason")} />
    </FormDialog>
  );
}

export function useResumeEverything() {
  const { t } = useTranslation();
  const showStatus = useShowStatus();
  return useCommand("rotationResume", (status) => {
    showStatus(status);
    toast(t("rotation.resumedAll"));
  });
}

/** The button in Home's header. */
export function PauseControl() {
  const { t } = useTranslation();
  const mayWritePolicies = useMayWritePolicies();
  const { data: status } = useRotationStatus();
  const [asking, setAsking] = useState(false);
  if (!mayWritePolicies || !status || status.pause) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconPlayerPause size={15} aria-hidden />} onClick={() => setAsking(true)}>
        {t("rotation.pauseAll")}
      </Button>
      {asking && <PauseDialog onClose={() => setAsking(false)} />}
    </>
  );
}

/** A banner above every screen while no password is changed, with the reason. */
export function RotationBanner() {
  const { t } = useTranslation();
  const mayWritePolicies = useMayWritePolicies();
  const { data: status } = useRotationStatus();
  const resume = useResumeEverything();
  if (!status?.pause) return null;
  return (
    <section className={classes.banner} aria-label={t("rotation.banner")}>
      <IconPlayerPause size={16} aria-hidden />
      <span className={classes.text}>
        <b>{t("rotation.everythingPaused")}</b>{" "}
        {t("rotation.pausedBy", {
          reason: status.pause.reason,
          by: status.pause.by,
          at: formatExact(status.pause.at),
        })}
      </span>
      {mayWritePolicies && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          loading={resume.busy}
          onClick={() => resume.run()}
        >
          {t("rotation.resumeAll")}
        </Button>
      )}
    </section>
  );
}
