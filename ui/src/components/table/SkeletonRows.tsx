// Placeholders for rows that are still loading, in their final shape.
import { Skeleton } from "@mantine/core";
import type { CSSProperties } from "react";
import classes from "./DataTable.module.css";

type Props = { count: number; columns: number; layout: CSSProperties; top?: number };

export function SkeletonRows({ count, columns, layout, top }: Props) {
  const place: CSSProperties = top === undefined ? {} : { position: "absolute", top, left: 0, right: 0 };
  return (
    <div aria-hidden style={place}>
      {Array.from({ length: count }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bones have no identity
        <div key={row} className={classes.bones} style={layout}>
          {Array.from({ length: columns }, (_, column) => (
            <Skeleton
              // biome-ignore lint/suspicious/noArrayIndexKey: bones have no identity
              key={column}
              height="0.625rem"
              width={`${70 - ((row * 7 + column * 13) % 35)}%`}
              className={classes.bone}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
