// The filters of the list of devices, beside its search.
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FilterSelect } from "../../components/filters/FilterSelect";
import { useSeen } from "../../data/seen";
import type { DeviceFilter, DeviceRowView } from "../../ipc";

export const allDevices: DeviceFilter = { text: null, type: null, site: null, tag: null };
export const isDeviceFilterOpen = (filter: DeviceFilter) => Object.values(filter).every((value) => value === null);

type Props = { rows: DeviceRowView[]; filter: DeviceFilter; onChange: (filter: DeviceFilter) => void };

export function DeviceFilters({ rows, filter, onChange }: Props) {
  const { t } = useTranslation();
  const types = useSeen(rows, (row) => [row.type], filter.type);
  const sites = useSeen(rows, (row) => [row.site], filter.site);
  const tags = useSeen(rows, (row) => row.tags, filter.tag);
  return (
    <>
      <FilterSelect
        label={t("devices.type")}
        value={filter.type}
        options={types}
        onChange={(type) => onChange({ ...filter, type })}
      />
      <FilterSelect
        label={t("devices.site")}
        value={filter.site}
        options={sites}
        onChange={(site) => onChange({ ...filter, site })}
      />
      <FilterSelect
        label={t("devices.tag")}
        value={filter.tag}
        options={tags}
        onChange={(tag) => onChange({ ...filter, tag })}
      />
      {!isDeviceFilterOpen(filter) && (
        <Button variant="subtle" color="gray" onClick={() => onChange(allDevices)}>
          {t("table.clearFilters")}
        </Button>
      )}
    </>
  );
}
