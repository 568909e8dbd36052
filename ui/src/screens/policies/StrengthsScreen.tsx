// The list of strengths, with the actions on each.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { toast } from "../../components/feedback/toast";
import { DataTable, type RowAction } from "../../components/table";
import { useStrengths } from "../../data/lists";
import { useStrength } from "../../data/records";
import { useMayWritePolicies } from "../../data/session";
import { useStrengthColumns } from "../../features/strengths/columns";
import { DeleteStrength } from "../../features/strengths/DeleteStrength";
import { StrengthForm } from "../../features/strengths/StrengthForm";
import type { StrengthFilter, StrengthRowView, StrengthView } from "../../ipc";
import type { Place } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";

const allStrengths: StrengthFilter = { text: null };

type Open = { what: "edit" | "copy" | "delete"; id: string; name: string } | { what: "create" } | null;

function EditStrength(props: {
  id: string;
  copied: boolean;
  readOnly: boolean;
  onSaved: (strength: StrengthView) => void;
  onClose: () => void;
}) {
  const { id, ...rest } = props;
  const { data } = useStrength(id);
  return data ? <StrengthForm strength={data} {...rest} /> : null;
}

export function StrengthsScreen({ place }: { place: Extract<Place, { screen: "strengths" }> }) {
  const { t } = useTranslation();
  const mayWritePolicies = useMayWritePolicies();
  const [open, setOpen] = useState<Open>(place.open ? { what: "edit", id: place.open, name: "" } : null);
  const screen = useListScreen({
    name: "strengths",
    filter: allStrengths,
    sorting: { by: "name", descending: false },
    asLeft: true,
    columns: useStrengthColumns(),
    useRows: useStrengths,
  });
  const { filter, setFilter } = screen;
  const close = () => setOpen(null);
  const saved = ({ name }: StrengthView) => {
    toast(t("strengths.saved", { name }));
    close();
  };
  const actions = ({ id, name, builtIn }: StrengthRowView): RowAction[] => {
    const show = (what: "edit" | "copy" | "delete") => () => setOpen({ what, id, name });
    if (!mayWritePolicies) return [{ id: "edit", label: t("strengths.details"), onSelect: show("edit") }];
    return [
      { id: "edit", label: t("strengths.edit"), onSelect: show("edit") },
      { id: "copy", label: t("strengths.copy"), onSelect: show("copy") },
      ...(builtIn
        ? []
        : [{ id: "delete", label: t("strengths.delete"), separated: true, danger: true, onSelect: show("delete") }]),
    ];
  };
  const add = mayWritePolicies && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setOpen({ what: "create" })}>
      {t("strengths.add")}
    </Button>
  );
  return (
    <>
      <ListHeader
        screen={screen}
        title={t("strengths.title")}
        search={{ label: t("strengths.search"), text: filter.text, onText: (text) => setFilter({ text }) }}
        action={add}
      />
      <DataTable
        {...screen.grid}
        label={t("strengths.title")}
        rowId={(row) => row.id}
        rowName={(row) => row.name}
        rowActions={actions}
        onOpen={({ id, name }) => setOpen({ what: "edit", id, name })}
        empty={
          filter.text ? (
            <EmptyState text={t("table.nothingMatches")} />
          ) : (
            <EmptyState text={t("strengths.empty")} action={add} />
          )
        }
      />
      {open?.what === "create" && (
        <StrengthForm strength={null} copied={false} readOnly={false} onSaved={saved} onClose={close} />
      )}
      {(open?.what === "edit" || open?.what === "copy") && (
        <EditStrength
          id={open.id}
          copied={open.what === "copy"}
          readOnly={!mayWritePolicies}
          onSaved={saved}
          onClose={close}
        />
      )}
      {open?.what === "delete" && (
        <DeleteStrength
          id={open.id}
          name={open.name}
          onClose={close}
          onDone={() => {
            toast(t("strengths.deleted", { name: open.name }));
            close();
          }}
        />
      )}
    </>
  );
}
