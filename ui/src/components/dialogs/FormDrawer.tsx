// A form in the drawer: scrolling fields, and a foot with the error and the buttons. Closing a changed form asks first.

import { Button, Drawer } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ErrorText } from "../../i18n/errors";
import { ConfirmDialog } from "./ConfirmDialog";
import { useReturnFocus } from "./returnFocus";
import classes from "./SideDrawer.module.css";

type Props = {
  opened: boolean;
  title: string;
  submit: string;
  dirty: boolean;
  saving: boolean;
  disabled?: boolean;
  failure: ErrorText | null;
  /** The effect of saving, shown beside the buttons. */
  note?: ReactNode;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  onClose: () => void;
  children: ReactNode;
};

export function FormDrawer(props: Props) {
  const { opened, title, submit, dirty, saving, disabled, failure, note, onSubmit, onClose, children } = props;
  useReturnFocus();
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const leave = () => {
    if (saving) return;
    // The question opens after this key press, so that the same Escape does not answer it.
    if (dirty) setTimeout(() => setAsking(true));
    else onClose();
  };
  return (
    <>
      <Drawer
        opened={opened}
        onClose={leave}
        title={title}
        size="40rem"
        closeOnEscape={!asking}
        closeOnClickOutside={!asking}
        closeButtonProps={{ "aria-label": t("common.close") }}
        classNames={{ header: classes.header, body: classes.body, title: classes.title }}
      >
        <form className={classes.form} onSubmit={onSubmit} noValidate aria-label={title} autoComplete="off">
          <div className={classes.scroll}>{children}</div>
          <div className={classes.footer}>
            <div className={classes.footerSide}>
              <div className={classes.footerNote} role="alert">
                {failure && `${failure.message} ${failure.recovery} ${failure.reference ?? ""}`}
              </div>
              {!failure && note}
            </div>
            <Button variant="default" onClick={leave} disabled={saving}>
              {t("common.cancel")}
            </Button>
            <Button type="submit" loading={saving} disabled={disabled}>
              {submit}
            </Button>
          </div>
        </form>
      </Drawer>
      <ConfirmDialog
        opened={asking}
        title={t("common.discardTitle")}
        text={t("common.discardText")}
        confirm={t("common.discard")}
        cancel={t("common.keepEditing")}
        danger
        onConfirm={() => {
          setAsking(false);
          onClose();
        }}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

export function Pair({ children }: { children: ReactNode }) {
  return <div className={classes.pair}>{children}</div>;
}

export function Fields({ children }: { children: ReactNode }) {
  return <div className={classes.fields}>{children}</div>;
}

export function Legend({ children }: { children: ReactNode }) {
  return <h3 className={classes.legend}>{children}</h3>;
}
