// A dialog over the whole window: steps or facts at the side, the content, and buttons that stay at the foot.
import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./FullScreen.module.css";
import { useReturnFocus } from "./returnFocus";

type Props = {
  title: ReactNode;
  aside: ReactNode;
  /** A text in the foot, beside its buttons. */
  note?: ReactNode;
  footer: ReactNode;
  wideAside?: boolean;
  /** False while another question is open over it. */
  closeOnEscape?: boolean;
  onClose: () => void;
  children: ReactNode;
};

export function FullScreen({ title, aside, note, footer, wideAside, closeOnEscape, onClose, children }: Props) {
  useReturnFocus();
  const { t } = useTranslation();
  return (
    <Modal
      opened
      fullScreen
      radius={0}
      transitionProps={{ duration: 0 }}
      title={title}
      onClose={onClose}
      closeOnEscape={closeOnEscape}
      closeButtonProps={{ "aria-label": t("common.close") }}
      classNames={{ content: classes.content, header: classes.header, body: classes.body }}
    >
      <div className={classes.columns}>
        <div className={classes.aside} data-wide={wideAside || undefined}>
          {aside}
        </div>
        <div className={classes.main}>{children}</div>
      </div>
      <div className={classes.footer}>
        <div className={classes.note}>{note}</div>
        {footer}
      </div>
    </Modal>
  );
}
