// The list of devices, with what can be done to one.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  ColumnChooser,
  DataTable,
  type DataTableHandle,
  type RowAction,
  type Sorting,
  useColumns,
} from "../components/DataTable";
import { EmptyState } from "../components/EmptyState";
import { ScreenHeader } from "../components/ScreenHeader";
import { SearchField } from "../components/SearchField";
import { toast } from "../components/toast";
import { useDevices } from "../data/lists";
import { useDevice } from "../data/records";
import { useMayChange } from "../data/session";
import { useDeviceColumns } from "../features/devices/columns";
import { DeleteDevice } from "../features/devices/DeleteDevice";
import { DeviceDetails } from "../features/devices/DeviceDetails";
import { allDevices, DeviceFilters, isDeviceFilterOpen } from "../features/devices/DeviceFilters";
import { DeviceForm } from "../features/devices/DeviceForm";
import { HostKeyCheck } from "../features/devices/HostKeyCheck";
import { formatNumber } from "../i18n/format";
import type { DeviceRowView, DeviceSort, DeviceView } from "../ipc";
import { columnChoices } from "./choices";
import { type Place, useGo } from "./places";

type Open =
  | { what: "details" | "edit" | "check" | "delete"; id: string; name: string }
  | { what: "create" }
  | { what: "checkNew"; device: DeviceView }
  | null;

function EditDevice({
  id,
  onSaved,
  onClose,
}: {
  id: string;
  onSaved: (device: DeviceView) => void;
  onClose: () => void;
}) {
  const { data } = useDevice(id);
  return data ? <DeviceForm device={data} onSaved={onSaved} onClose={onClose} /> : null;
}

function CheckDevice({ id, ...rest }: { id: string; onAccepted: (device: DeviceView) => void; onClose: () => void }) {
  const { data } = useDevice(id);
  return data ? <HostKeyCheck device={data} {...rest} /> : null;
}

export function DevicesScreen({ place }: { place: Extract<Place, { screen: "devices" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const table = useRef<DataTableHandle>(null);
  const [filter, setFilter] = useState(allDevices);
  const [sorting, setSorting] = useState<Sorting<DeviceSort>>({ by: "name", descending: false });
  const [open, setOpen] = useState<Open>(place.edit ? { what: "edit", id: place.edit, name: "" } : null);
  const list = useDevices({ filter, sort: sorting.by, descending: sorting.descending });
  const columns = useColumns("devices", useDeviceColumns(), sorting, (next) => setSorting(next as Sorting<DeviceSort>));
  const close = () => setOpen(null);
  const saved = (device: DeviceView) => {
    toast(t("devices.saved", { name: device.name }));
    close();
  };
  const accepted = (device: DeviceView) => {
    toast(t("hostKey.accepted", { name: device.name }));
    close();
  };

  const actions = ({ id, name }: DeviceRowView): RowAction[] => {
    const show = (what: "details" | "edit" | "check" | "delete") => () => setOpen({ what, id, name });
    const reading: RowAction[] = [
      { id: "details", label: t("devices.details"), onSelect: show("details") },
      {
        id: "credentials",
        label: t("devices.showCredentials"),
        onSelect: () => go({ screen: "credentials", deviceId: id }),
      },
    ];
    if (!mayChange) return reading;
    return [
      ...reading,
      { id: "edit", label: t("devices.edit"), separated: true, onSelect: show("edit") },
      { id: "check", label: t("hostKey.check"), onSelect: show("check") },
      {
        id: "add",
        label: t("credentials.add"),
        onSelect: () => go({ screen: "credentials", create: { id, name } }),
      },
      { id: "delete", label: t("devices.delete"), separated: true, danger: true, onSelect: show("delete") },
    ];
  };

  const add = mayChange && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setOpen({ what: "create" })}>
      {t("devices.add")}
    </Button>
  );
  const filtered = !isDeviceFilterOpen(filter);

  return (
    <>
      <ScreenHeader
        title={t("devices.title")}
        count={list.state === "ready" ? formatNumber(list.total) : undefined}
        search={
          <SearchField
            label={t("devices.search")}
            value={filter.text ?? ""}
            onChange={(text) => setFilter((before) => ({ ...before, text: text || null }))}
            onLeave={() => table.current?.focus()}
          />
        }
        tools={<ColumnChooser choices={columnChoices(columns.table)} />}
        action={add}
      >
        <DeviceFilters rows={list.rows} filter={filter} onChange={setFilter} />
      </ScreenHeader>
      <DataTable
        ref={table}
        label={t("devices.title")}
        list={list}
        columns={columns.shown}
        sorting={sorting}
        onSort={(id) => columns.table.getColumn(id)?.toggleSorting()}
        rowId={(row) => row.id}
        rowName={(row) => row.name}
        rowActions={actions}
        onOpen={({ id, name }) => setOpen({ what: "details", id, name })}
        empty={
          filtered ? (
            <EmptyState text={t("table.nothingMatches")} />
          ) : (
            <EmptyState text={t("devices.empty")} action={add} />
          )
        }
      />
      {open?.what === "details" && (
        <DeviceDetails
          id={open.id}
          onClose={close}
          onEdit={({ id, name }) => setOpen({ what: "edit", id, name })}
          onCheck={({ id, name }) => setOpen({ what: "check", id, name })}
          onShowCredentials={({ id }) => go({ screen: "credentials", deviceId: id })}
        />
      )}
      {open?.what === "create" && (
        <DeviceForm
          device={null}
          onClose={close}
          onSaved={(device) => {
            saved(device);
            // Without an accepted host key nothing can be changed there: offered at once.
            setOpen({ what: "checkNew", device });
          }}
        />
      )}
      {open?.what === "edit" && <EditDevice id={open.id} onSaved={saved} onClose={close} />}
      {open?.what === "check" && <CheckDevice id={open.id} onAccepted={accepted} onClose={close} />}
      {open?.what === "checkNew" && <HostKeyCheck device={open.device} onAccepted={accepted} onClose={close} />}
      {open?.what === "delete" && (
        <DeleteDevice
          id={open.id}
          name={open.name}
          onClose={close}
          onDeleted={() => {
            toast(t("devices.deleted", { name: open.name }));
            close();
          }}
        />
      )}
    </>
  );
}
