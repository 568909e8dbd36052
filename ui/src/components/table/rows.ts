// The height of a row: it grows with enlarged text, and the virtualizer needs it in pixels.
import { useEffect, useState } from "react";

const rowHeightInRem = 2.25;
export const pixelsPerRem = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize || "16");
const measure = () => rowHeightInRem * pixelsPerRem();

export function useRowHeight(): number {
  const [height, setHeight] = useState(measure);
  useEffect(() => {
    const again = () => setHeight(measure());
    window.addEventListener("resize", again);
    return () => window.removeEventListener("resize", again);
  }, []);
  return height;
}
