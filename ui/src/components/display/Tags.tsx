// Tags as small outlined pills, with the number of those that do not fit.
import { useTranslation } from "react-i18next";
import { formatNumber } from "../../i18n/format";
import classes from "./Tags.module.css";

export function Tags({ tags, most = 2 }: { tags: string[]; most?: number }) {
  const { t } = useTranslation();
  const rest = tags.length - most;
  return (
    <span className={classes.tags} data-wrap={most > 2 || undefined} title={rest > 0 ? tags.join(", ") : undefined}>
      {tags.slice(0, most).map((tag) => (
        <span key={tag} className={classes.tag}>
          {tag}
        </span>
      ))}
      {rest > 0 && (
        <span className={classes.more}>
          +{rest}
          <span className={classes.spoken}> {t("tags.more", { formatted: formatNumber(rest) })}</span>
        </span>
      )}
    </span>
  );
}
