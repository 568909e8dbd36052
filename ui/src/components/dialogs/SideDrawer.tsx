// The drawer at the right for details and forms; the list stays visible beneath.

import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useReturnFocus } from "./returnFocus";
import classes from "./SideDrawer.module.css";

type Props = {
  opened: boolean;
  title: ReactNode;
  onClose: () => void;
  /** Buttons below the scrolling content. */
  footer?: ReactNode;
  wide?: boolean;
  closeOnEscape?: boolean;
  children: ReactNode;
};

export function SideDrawer({ opened, title, onClose, footer, wide, closeOnEscape, children }: Props) {
  useReturnFocus();
  const { t } = useTranslation();
  // If a question is open over the details, Escape closes only the question.
  const leave = () => {
    if (document.querySelectorAll('[role="dialog"]').length < 2) onClose();
  };
  return (
    <Drawer
      opened={opened}
      onClose={leave}
      title={title}
      size={wide ? "40rem" : "36rem"}
      closeOnEscape={closeOnEscape}
      closeButtonProps={{ "aria-label": t("common.close") }}
      classNames={{ header: classes.header, body: classes.body, title: classes.title }}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.scroll} tabIndex={0} aria-label={typeof title === "string" ? title : undefined}>
        {children}
      </section>
      {footer && <div className={classes.footer}>{footer}</div>}
    </Drawer>
  );
}
