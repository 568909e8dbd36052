// All changes of one credential, with nothing cut off.
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useReturnFocus } from "../../components/dialogs/returnFocus";
import { Note } from "../../components/feedback/Note";
import { formatExact } from "../../i18n/format";
import type { TaskView } from "../../ipc";
import { Flags } from "./badges";
import { formatPart, formatValue, linesOf } from "./format";
import classes from "./requests.module.css";

export function TaskDialog({ task, onClose }: { task: TaskView; onClose: () => void }) {
  const { t } = useTranslation();
  useReturnFocus();
  const lines = linesOf([task]);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("credentials.label", { username: task.username, device: task.deviceName })}
      size="40rem"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="md">
        {task.refusal && <Note kind="error" title={t(`requests.refusals.${task.refusal}`)} />}
        {task.operation && (
          <p className={classes.plain}>
            {t(`operations.types.${task.operation.type}`)},{" "}
            {t("requests.notBefore", { time: formatExact(task.operation.scheduledAt) })}
          </p>
        )}
        {task.changes.length > 0 && (
          <table className={classes.whole}>
            <thead>
              <tr>
                <th scope="col">{t("requests.field")}</th>
                <th scope="col">{t("requests.from")}</th>
                <th scope="col">{t("requests.to")}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map(
                ({ key, field, part, from, to }) =>
                  field && (
                    <tr key={key}>
                      <th scope="row">{formatPart(field, part)}</th>
                      <td className={from === "" ? classes.nothing : undefined}>{formatValue(field, part, from)}</td>
                      <td className={to === "" ? classes.nothing : undefined}>{formatValue(field, part, to)}</td>
                    </tr>
                  ),
              )}
            </tbody>
          </table>
        )}
        {task.changes.length === 0 && !task.refusal && !task.operation && (
          <p className={classes.plain}>{t("requests.unchanged")}</p>
        )}
        <Flags of={task.flags} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("common.close")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
