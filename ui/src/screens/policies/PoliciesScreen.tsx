// The list of policies, the highest priority first, with the actions on each.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { toast, toastFailure } from "../../components/feedback/toast";
import { FilterSelect } from "../../components/filters/FilterSelect";
import { DataTable, type RowAction } from "../../components/table";
import { usePolicies, useStrengths } from "../../data/lists";
import { usePolicy } from "../../data/records";
import { useMayWritePolicies } from "../../data/session";
import { usePolicyColumns } from "../../features/policies/columns";
import { type PolicyAction, PolicyDetails } from "../../features/policies/PolicyDetails";
import { DeletePolicy, PausePolicy } from "../../features/policies/PolicyDialogs";
import { PolicyForm } from "../../features/policies/PolicyForm";
import { formatError } from "../../i18n/errors";
import { call, failureOf, type PolicyFilter, type PolicyView } from "../../ipc";
import { type Place, useGo } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";

const allPolicies: PolicyFilter = { text: null, strengthId: null, paused: null };

type Subject = { id: string; name: string; credentials: number };
type Open = { what: "details" | "edit" | "pause" | "delete"; of: Subject } | { what: "create" } | null;

function EditPolicy(props: { id: string; onSaved: (policy: PolicyView) => void; onClose: () => void }) {
  const { data } = usePolicy(props.id);
  return data ? <PolicyForm policy={data} onSaved={props.onSaved} onClose={props.onClose} /> : null;
}

function openedFor(place: Extract<Place, { screen: "policies" }>): Open {
  if (place.create) return { what: "create" };
  return place.open ? { what: "details", of: { id: place.open, name: "", credentials: 0 } } : null;
}

export function PoliciesScreen({ place }: { place: Extract<Place, { screen: "policies" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayWritePolicies = useMayWritePolicies();
  const [open, setOpen] = useState<Open>(() => openedFor(place));
  const strengths = useStrengths({ filter: { text: null }, sort: "name", descending: false }).rows;
  const screen = useListScreen({
    name: "policies",
    filter: allPolicies,
    sorting: { by: "priority", descending: true },
    asLeft: true,
    columns: usePolicyColumns(),
    useRows: usePolicies,
  });
  const { filter, setFilter } = screen;
  const filtered = filter.text !== null || filter.strengthId !== null || filter.paused !== null;
  const close = () => setOpen(null);
  const announce = (text: string) => {
    toast(text);
    close();
  };
  const resume = ({ id, name }: Subject) =>
    call("policyResume", { id })
      .then(() => toast(t("policies.resumed", { name })))
      .catch((thrown: unknown) => toastFailure(formatError(failureOf(thrown))));
  const act = (what: PolicyAction, of: Subject) => {
    if (what === "credentials") go({ screen: "credentials", filter: { policyId: of.id } });
    else if (what === "resume") resume(of);
    else setOpen({ what, of });
  };
  const actions = (row: Subject & { paused: boolean }): RowAction[] => {
    const reading: RowAction[] = [
      { id: "details", label: t("policies.details"), onSelect: () => setOpen({ what: "details", of: row }) },
      { id: "credentials", label: t("devices.showCredentials"), onSelect: () => act("credentials", row) },
    ];
    if (!mayWritePolicies) return reading;
    const resting = row.paused ? "resume" : "pause";
    return [
      ...reading,
      { id: "edit", label: t("policies.edit"), separated: true, onSelect: () => act("edit", row) },
      { id: "pause", label: t(`rotation.${resting}`), onSelect: () => act(resting, row) },
      {
        id: "delete",
        label: t("policies.delete"),
        separated: true,
        danger: true,
        onSelect: () => act("delete", row),
      },
    ];
  };
  const add = mayWritePolicies && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setOpen({ what: "create" })}>
      {t("policies.add")}
    </Button>
  );
  const saved = ({ name }: PolicyView) => announce(t("policies.saved", { name }));

  return (
    <>
      <ListHeader
        screen={screen}
        title={t("policies.title")}
        search={{
          label: t("policies.search"),
          text: filter.text,
          onText: (text) => setFilter((before) => ({ ...before, text })),
        }}
        action={add}
      >
        <FilterSelect
          label={t("policies.strength")}
          value={filter.strengthId}
          options={strengths.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(strengthId) => setFilter({ ...filter, strengthId })}
        />
        <FilterSelect
          label={t("operations.state")}
          value={filter.paused === null ? null : String(filter.paused)}
          options={[
            { value: "false", label: t("policies.inForce") },
            { value: "true", label: t("rotation.paused") },
          ]}
          onChange={(value) => setFilter({ ...filter, paused: value === null ? null : value === "true" })}
        />
        {filtered && (
          <Button variant="subtle" color="gray" onClick={() => setFilter(allPolicies)}>
            {t("table.clearFilters")}
          </Button>
        )}
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("policies.title")}
        rowId={(row) => row.id}
        rowName={(row) => row.name}
        rowActions={actions}
        onOpen={(row) => setOpen({ what: "details", of: row })}
        isDimmed={(row) => row.paused}
        empty={
          filtered ? (
            <EmptyState text={t("table.nothingMatches")} />
          ) : (
            <EmptyState text={t("policies.empty")} detail={t("policies.emptyText")} action={add} />
          )
        }
      />
      {open?.what === "details" && <PolicyDetails id={open.of.id} onClose={close} onDo={act} />}
      {open?.what === "create" && <PolicyForm policy={null} onSaved={saved} onClose={close} />}
      {open?.what === "edit" && <EditPolicy id={open.of.id} onSaved={saved} onClose={close} />}
      {open?.what === "pause" && (
        <PausePolicy
          id={open.of.id}
          name={open.of.name}
          onClose={close}
          onDone={() => announce(t("policies.paused", { name: open.of.name }))}
        />
      )}
      {open?.what === "delete" && (
        <DeletePolicy
          {...open.of}
          onClose={close}
          onDone={() => announce(t("policies.deleted", { name: open.of.name }))}
        />
      )}
    </>
  );
}
