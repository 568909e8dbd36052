// First step: the type of the bulk action, each with its explanation.
import { Radio } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type BatchAction, batchActions } from "../../../ipc";
import classes from "./wizard.module.css";

type Props = { value: BatchAction | null; onChange: (action: BatchAction) => void };

export function TypeStep({ value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.page}>
      <div className={classes.form}>
        <h2 className={classes.title}>{t("batch.typeTitle")}</h2>
        <Radio.Group
          aria-label={t("batch.typeTitle")}
          value={value}
          onChange={(action) => onChange(action as BatchAction)}
        >
          <div className={classes.types}>
            {batchActions.map((action) => (
              <div key={action} className={classes.type} data-checked={value === action || undefined}>
                <Radio
                  value={action}
                  label={t(`batch.actions.${action}`)}
                  description={t(`batch.actionTexts.${action}`)}
                />
              </div>
            ))}
          </div>
        </Radio.Group>
      </div>
    </div>
  );
}
