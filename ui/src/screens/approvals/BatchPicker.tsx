// The picker of a bulk action: the list of credentials with its own filters, limited to those to which the type
// applies.
import { Button, Modal } from "@mantine/core";
import { useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useReturnFocus } from "../../components/dialogs/returnFocus";
import { EmptyState } from "../../components/feedback/EmptyState";
import { toastFailure } from "../../components/feedback/toast";
import { SearchField } from "../../components/fields/SearchField";
import {
  countSelected,
  DataTable,
  type DataTableHandle,
  nothingSelected,
  type Sorting,
  selectionReducer,
} from "../../components/table";
import { SelectionBar } from "../../components/table/SelectionBar";
import { useCommand } from "../../data/command";
import { useBatchCandidates } from "../../data/lists";
import { CredentialFilters } from "../../features/credentials/CredentialFilters";
import { allCredentials } from "../../features/credentials/filter";
import { useCandidateColumns } from "../../features/requests/wizard/CheckStep";
import classes from "../../features/requests/wizard/wizard.module.css";
import { formatError } from "../../i18n/errors";
import { counted } from "../../i18n/format";
import {
  type BatchAction,
  type BatchCandidateView,
  type CredentialFilter,
  type CredentialSort,
  failureOf,
} from "../../ipc";

type Props = {
  action: BatchAction;
  picked: readonly string[];
  onAdd: (ids: readonly string[]) => void;
  onClose: () => void;
};

export function BatchPicker({ action, picked, onAdd, onClose }: Props) {
  const { t } = useTranslation();
  useReturnFocus();
  const table = useRef<DataTableHandle>(null);
  const [filter, setFilter] = useState(allCredentials);
  const [sorting, setSorting] = useState<Sorting<CredentialSort>>({ by: "username", descending: false });
  const [selection, dispatch] = useReducer(selectionReducer, nothingSelected);
  const [already] = useState(() => new Set(picked));
  const list = useBatchCandidates({ action, list: { filter, sort: sorting.by, descending: sorting.descending } });
  const columns = useCandidateColumns();
  const all = useCommand("batchCandidateIds");
  const count = countSelected(selection, list.total);
  const exact = selection.kind === "ids" || list.isExact;
  const title = t(`batch.pick.${action}`);

  const refilter = (next: CredentialFilter) => {
    // "Everything that matches" belongs to the old filter and is cleared; a selection by id stays.
    if (selection.kind === "matching") dispatch({ type: "none" });
    setFilter(next);
  };
  const add = () => {
    if (selection.kind === "ids") return onAdd([...selection.ids]);
    all
      .start({ action, filter })
      .then((ids) => onAdd(ids.filter((id) => !selection.except.has(id))))
      .catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));
  };
  const canSelect = ({ credential }: BatchCandidateView) => !already.has(credential.id);

  return (
    <Modal opened onClose={onClose} title={title} size="64rem" closeButtonProps={{ "aria-label": t("common.close") }}>
      <div className={classes.filters}>
        <SearchField
          label={t("credentials.search")}
          value={filter.text ?? ""}
          onChange={(text) => refilter({ ...filter, text: text || null })}
          onLeave={() => table.current?.focus()}
        />
        <CredentialFilters rows={list.rows.map(({ credential }) => credential)} filter={filter} onChange={refilter} />
      </div>
      <div className={classes.pickList}>
        <DataTable
          ref={table}
          label={title}
          list={list}
          columns={columns}
          sorting={sorting}
          onSort={(id) =>
            id === "username" && setSorting(({ descending }) => ({ by: "username", descending: !descending }))
          }
          rowId={({ credential }) => credential.id}
          rowName={({ credential }) =>
            t("credentials.label", { username: credential.username, device: credential.deviceName })
          }
          rowActions={({ credential }) => [
            { id: "add", label: t("batch.addOne"), onSelect: () => onAdd([credential.id]) },
          ]}
          onOpen={(row) => canSelect(row) && dispatch({ type: "toggle", id: row.credential.id })}
          selection={{ value: selection, dispatch, canSelect, matching: true }}
          isDimmed={(row) => !canSelect(row)}
          empty={<EmptyState text={t("batch.noCandidates")} />}
        />
        <SelectionBar
          label={title}
          text={count === 0 ? t("batch.pickLead") : t("table.selected", counted(count, exact))}
          onClear={count > 0 ? () => dispatch({ type: "none" }) : undefined}
          selectMatching={
            list.total > 0 && count < list.total
              ? {
                  label: t("table.selectMatching", counted(list.total, list.isExact)),
                  onClick: () => dispatch({ type: "allMatching" }),
                }
              : undefined
          }
        >
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button disabled={count === 0} loading={all.busy} onClick={add}>
            {count === 0 ? t("batch.addNone") : t("batch.addCount", counted(count, exact))}
          </Button>
        </SelectionBar>
      </div>
    </Modal>
  );
}
