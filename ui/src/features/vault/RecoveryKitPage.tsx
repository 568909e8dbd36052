// The page that is printed: it is in the document while the kit is shown, and visible only on paper.
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { formatExact } from "../../i18n/format";
import type { RecoveryKitView } from "../../ipc";
import "./print.css";

export function RecoveryKitPage({ kit }: { kit: RecoveryKitView }) {
  const { t } = useTranslation();
  return createPortal(
    <div className="print-page" aria-hidden="true">
      <h1>{t("kit.pageTitle", { vault: kit.vaultName })}</h1>
      <p>{t("kit.pageText")}</p>
      <ol>
        {kit.words.map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
          <li key={at}>{word}</li>
        ))}
      </ol>
      <img src={`data:image/svg+xml;utf8,${encodeURIComponent(kit.qrSvg)}`} alt="" width="220" height="220" />
      <dl>
        <dt>{t("kit.pageVault")}</dt>
        <dd>{kit.vaultPath}</dd>
        <dt>{t("kit.pageMade")}</dt>
        <dd>{formatExact(kit.madeAt)}</dd>
      </dl>
      <p>{t("kit.pageUse")}</p>
    </div>,
    document.body,
  );
}
