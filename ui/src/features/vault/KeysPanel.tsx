// Settings → Vault: the cost of guessing a password, and the renewal of all keys.
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { ExactTime } from "../../components/display/Time";
import { FailureNote, Note } from "../../components/feedback/Note";
import { TaskBar } from "../../components/feedback/TaskBar";
import { toast } from "../../components/feedback/toast";
import { emptyProof, proofOf, ReauthenticationFields } from "../../components/fields/ReauthenticationFields";
import { Facts } from "../../components/layout/Facts";
import { Panel } from "../../components/layout/Panel";
import { useCommand } from "../../data/command";
import { useTask } from "../../data/task";
import { counted, formatNumber } from "../../i18n/format";
import { call, type KeyParametersView, type VaultView } from "../../ipc";

type Props = { vault: VaultView; mayWrite: boolean; withKeyFile: boolean };

export function useKeyText() {
  const { t } = useTranslation();
  return (keys: KeyParametersView) =>
    t("vault.keyCost", {
      memory: formatNumber(keys.memoryMebibytes),
      passes: formatNumber(keys.passes),
      lanes: formatNumber(keys.lanes),
    });
}

export function KeysPanel({ vault, mayWrite, withKeyFile }: Props) {
  const { t } = useTranslation();
  const formatKeys = useKeyText();
  const [open, setOpen] = useState<"cost" | "rekey" | null>(null);
  const { keyParameters, slotsBehind } = vault;
  const time = keyParameters.milliseconds;
  return (
    <Panel
      title={t("vault.keys")}
      lead={t("vault.keysLead")}
      actions={
        mayWrite && (
          <>
            <Button variant="default" onClick={() => setOpen("cost")}>
              {t("vault.raise")}
            </Button>
            <Button variant="default" onClick={() => setOpen("rekey")}>
              {t("vault.rekey")}
            </Button>
          </>
        )
      }
    >
      <Facts
        facts={[
          { name: t("vault.cost"), value: formatKeys(keyParameters) },
          {
            name: t("vault.unlockTime"),
            value: time !== null && t("vault.milliseconds", { formatted: formatNumber(time) }),
          },
          { name: t("vault.behind"), value: slotsBehind > 0 && t("vault.slotsBehind", counted(slotsBehind)) },
          {
            name: t("vault.rekeyed"),
            value: vault.rekeyedAt ? <ExactTime at={vault.rekeyedAt} /> : t("common.never"),
          },
          { name: t("vault.generation"), value: formatNumber(vault.generation) },
        ]}
      />
      {open === "cost" && <RaiseCost now={keyParameters} withKeyFile={withKeyFile} onClose={() => setOpen(null)} />}
      {open === "rekey" && <Rekey name={vault.name} withKeyFile={withKeyFile} onClose={() => setOpen(null)} />}
    </Panel>
  );
}

type DialogProps = { withKeyFile: boolean; onClose: () => void };
const chooseKeyFile = () => call("filePick", { purpose: "keyFile" });

function RaiseCost({ now, withKeyFile, onClose }: DialogProps & { now: KeyParametersView }) {
  const { t } = useTranslation();
  const formatKeys = useKeyText();
  const [proof, setProof] = useState(emptyProof);
  const measure = useCommand("keyParametersCalibrate");
  const save = useCommand("keyParametersSave", () => {
    toast(t("vault.raised"));
    onClose();
  });
  const proposed = measure.answer;
  return (
    <FormDialog
      title={t("vault.raiseTitle")}
      submit={t("vault.raiseSave")}
      busy={save.busy}
      disabled={!proposed || proof.password === ""}
      failure={save.failure}
      onSubmit={() => {
        if (!proposed) return;
        const { memoryMebibytes, passes, lanes } = proposed;
        save.run({ memoryMebibytes, passes, lanes, ...proofOf(proof) });
      }}
      onClose={onClose}
    >
      <div>{t("vault.raiseText")}</div>
      <Facts
        facts={[
          { name: t("vault.costNow"), value: formatKeys(now) },
          {
            name: t("vault.costProposed"),
            value: proposed && (
              <>
                {formatKeys(proposed)}
                {proposed.milliseconds !== null &&
                  ` – ${t("vault.milliseconds", { formatted: formatNumber(proposed.milliseconds) })}`}
              </>
            ),
          },
        ]}
      />
      <Group>
        <Button
          variant="default"
          loading={measure.busy}
          onClick={() => measure.run({ targetMilliseconds: 1000 })}
          data-autofocus
        >
          {t("vault.measure")}
        </Button>
      </Group>
      {measure.failure && <FailureNote failure={measure.failure} />}
      {proposed && (
        <ReauthenticationFields
          value={proof}
          withKeyFile={withKeyFile}
          chooseKeyFile={chooseKeyFile}
          onChange={setProof}
        />
      )}
    </FormDialog>
  );
}

function Rekey({ name, withKeyFile, onClose }: DialogProps & { name: string }) {
  const { t } = useTranslation();
  const [proof, setProof] = useState(emptyProof);
  const rekey = useTask("rekey", "vaultRekey", () => {
    toast(t("vault.rekeyDone"));
    onClose();
  });
  return (
    <FormDialog
      title={t("vault.rekeyTitle", { name })}
      submit={t("vault.rekey")}
      busy={rekey.busy}
      disabled={proof.password === ""}
      failure={rekey.failure}
      onSubmit={() => rekey.run(proofOf(proof))}
      onClose={onClose}
    >
      <div>{t("vault.rekeyText")}</div>
      <Note kind="plain">{t("vault.rekeyBackup")}</Note>
      <ReauthenticationFields
        autoFocus
        value={proof}
        withKeyFile={withKeyFile}
        chooseKeyFile={chooseKeyFile}
        onChange={setProof}
      />
      {rekey.progress && (
        <TaskBar
          label={t(`task.phases.${rekey.progress.phase}`)}
          done={rekey.progress.done}
          total={rekey.progress.total}
        />
      )}
    </FormDialog>
  );
}
