// Second step: the selected credentials, with the reasons that may block each; rows can be removed and added.
import { Button, Switch } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { Tags } from "../../../components/display/Tags";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { Note } from "../../../components/feedback/Note";
import { SearchField } from "../../../components/fields/SearchField";
import { type Column, countSelected, DataTable, nothingSelected, selectionReducer } from "../../../components/table";
import { SelectionBar } from "../../../components/table/SelectionBar";
import { TwoLines } from "../../../components/table/TwoLines";
import { useBatchCheck } from "../../../data/lists";
import { counted } from "../../../i18n/format";
import type { BatchAction, BatchCandidateView } from "../../../ipc";
import { Flags } from "../badges";
import classes from "./wizard.module.css";

export function useCandidateColumns(): Column<BatchCandidateView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "username",
        header: t("credentials.username"),
        sort: "username",
        width: 10,
        grow: 1.6,
        fixed: true,
        cell: ({ credential }) => (
          <TwoLines
            first={credential.domain ? `${credential.domain}\\${credential.username}` : credential.username}
            second={credential.deviceName}
          />
        ),
      },
      {
        id: "type",
        spare: 1,
        header: t("credentials.type"),
        width: 9.5,
        cell: ({ credential }) => t(`credentials.types.${credential.passwordType}`),
      },
      {
        id: "tags",
        spare: 2,
        header: t("credentials.tags"),
        width: 9,
        cell: ({ credential }) => <Tags tags={credential.tags} />,
      },
      { id: "flags", header: t("batch.inTheWay"), width: 14, grow: 1.4, cell: ({ flags }) => <Flags of={flags} /> },
    ],
    [t],
  );
}

type Props = {
  action: BatchAction;
  ids: readonly string[];
  onAdd: () => void;
  onRemove: (ids: readonly string[]) => void;
};

export function CheckStep({ action, ids, onAdd, onRemove }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const [flaggedOnly, setFlaggedOnly] = useState(false);
  const [selection, dispatch] = useReducer(selectionReducer, nothingSelected);
  const list = useBatchCheck({ action, credentialIds: [...ids], text, flaggedOnly });
  const columns = useCandidateColumns();
  const selected = selection.kind === "ids" ? [...selection.ids] : [];
  const flagged = list.first?.flagged ?? 0;
  const gone = list.first?.gone ?? 0;
  const nameOf = ({ credential }: BatchCandidateView) =>
    t("credentials.label", { username: credential.username, device: credential.deviceName });
  const remove = (removed: readonly string[]) => {
    dispatch({ type: "none" });
    onRemove(removed);
  };
  const add = (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={onAdd}>
      {t("batch.add")}
    </Button>
  );

  return (
    <>
      <div className={classes.head}>
        <div className={classes.headText}>
          <h2 className={classes.title}>{t("batch.picked", counted(ids.length))}</h2>
          <p className={classes.lead}>{t(`batch.appliesTo.${action}`)}</p>
        </div>
        {ids.length > 0 && (
          <>
            <SearchField
              label={t("batch.searchPicked")}
              value={text ?? ""}
              onChange={(typed) => setText(typed || null)}
            />
            {add}
          </>
        )}
      </div>
      {(flagged > 0 || gone > 0) && (
        <div className={classes.notes}>
          {flagged > 0 && (
            <Note kind="warning" title={t("batch.flagged", counted(flagged))}>
              <Switch
                size="xs"
                label={t("batch.flaggedOnly")}
                checked={flaggedOnly}
                onChange={(event) => setFlaggedOnly(event.currentTarget.checked)}
              />
            </Note>
          )}
          {gone > 0 && <Note kind="warning" title={t("batch.gone", counted(gone))} />}
        </div>
      )}
      <DataTable
        label={t("batch.pickedLabel")}
        list={list}
        columns={columns}
        sorting={null}
        onSort={() => {}}
        rowId={({ credential }) => credential.id}
        rowName={nameOf}
        rowActions={(row) => [{ id: "remove", label: t("batch.remove"), onSelect: () => remove([row.credential.id]) }]}
        onOpen={({ credential }) => dispatch({ type: "toggle", id: credential.id })}
        selection={{ value: selection, dispatch, matching: false }}
        empty={
          ids.length === 0 ? (
            <EmptyState text={t("batch.nonePicked")} action={add} />
          ) : (
            <EmptyState text={t("table.nothingMatches")} />
          )
        }
      />
      {selected.length > 0 && (
        <SelectionBar
          label={t("batch.pickedLabel")}
          text={t("table.selected", counted(countSelected(selection, list.total)))}
          onClear={() => dispatch({ type: "none" })}
        >
          <Button variant="default" onClick={() => remove(selected)}>
            {t("batch.removeSelected", counted(selected.length))}
          </Button>
        </SelectionBar>
      )}
    </>
  );
}
