// The chain of a credential as a tree of parents and children, with the state of each.
import { Skeleton } from "@mantine/core";
import { IconCornerDownRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useChainOf } from "../../data/records";
import type { ChainNodeView } from "../../ipc";
import { SyncBadge } from "./columns";
import classes from "./credentials.module.css";

type Props = {
  id: string;
  /** Shows the last or open operation of a node; another feature provides it. */
  operationMark: (node: ChainNodeView) => ReactNode;
  onShow: (node: ChainNodeView) => void;
};

export function Chain({ id, operationMark, onShow }: Props) {
  const { t } = useTranslation();
  const { data } = useChainOf(id);
  if (!data) return <Skeleton height="3rem" />;
  if (data.nodes.length < 2) return <p className={classes.alone}>{t("chain.alone")}</p>;
  return (
    <>
      <ol className={classes.chain} aria-label={t("chain.title")}>
        {data.nodes.map((node) => (
          <li key={node.id} style={{ paddingLeft: `${Math.min(node.depth, 8) * 1.125}rem` }}>
            <button
              type="button"
              className={classes.place}
              aria-current={node.id === id || undefined}
              onClick={() => onShow(node)}
            >
              {node.depth > 0 && <IconCornerDownRight size={14} aria-hidden className={classes.bend} />}
              <span className={classes.placeName}>
                {t("credentials.label", { username: node.username, device: node.deviceName })}
                <span className={classes.muted}>
                  {node.childPassword ? ` · ${t(`chain.modes.${node.childPassword}`)}` : ` · ${t("chain.root")}`}
                  {node.problem ? ` · ${t(`notChangeable.${node.problem}`)}` : ""}
                </span>
              </span>
              <span className={classes.placeState}>{operationMark(node) ?? <SyncBadge sync={node.sync} />}</span>
            </button>
          </li>
        ))}
      </ol>
      {data.truncated && <p className={classes.alone}>{t("chain.truncated")}</p>}
    </>
  );
}
