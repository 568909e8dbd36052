// The list of devices, with the actions on each.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { toast } from "../../components/feedback/toast";
import { DataTable, type RowAction } from "../../components/table";
import { useDevices } from "../../data/lists";
import { useDevice } from "../../data/records";
import { useMayChange } from "../../data/session";
import { useDeviceColumns } from "../../features/devices/columns";
import { DeleteDevice } from "../../features/devices/DeleteDevice";
import { DeviceDetails } from "../../features/devices/DeviceDetails";
import { allDevices, DeviceFilters, isDeviceFilterOpen } from "../../features/devices/DeviceFilters";
import { DeviceForm } from "../../features/devices/DeviceForm";
import { HostKeyCheck } from "../../features/devices/HostKeyCheck";
import type { DeviceRowView, DeviceView } from "../../ipc";
import { type Place, useGo } from "../places";
import { ListHeader, useListScreen } from "../useListScreen";

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

function openedFor(place: Extract<Place, { screen: "devices" }>): Open {
  if (place.open) return { what: "details", id: place.open, name: "" };
  if (place.create) return { what: "create" };
  return place.edit ? { what: "edit", id: place.edit, name: "" } : null;
}

export function DevicesScreen({ place }: { place: Extract<Place, { screen: "devices" }> }) {
  const { t } = useTranslation();
  const go = useGo();
  const mayChange = useMayChange();
  const [open, setOpen] = useState<Open>(() => openedFor(place));
  const screen = useListScreen({
    name: "devices",
    filter: allDevices,
    sorting: { by: "name", descending: false },
    asLeft: true,
    columns: useDeviceColumns(),
    useRows: useDevices,
  });
  const { filter, setFilter, list } = screen;
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
      <ListHeader
        screen={screen}
        title={t("devices.title")}
        search={{
          label: t("devices.search"),
          text: filter.text,
          onText: (text) => setFilter((before) => ({ ...before, text })),
        }}
        action={add}
      >
        <DeviceFilters rows={list.rows} filter={filter} onChange={setFilter} />
      </ListHeader>
      <DataTable
        {...screen.grid}
        label={t("devices.title")}
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
            // Without an accepted host key no password can be changed there, so the check is offered at once.
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
