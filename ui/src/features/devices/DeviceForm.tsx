// A device, new or edited.
import { Autocomplete, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Fields, FormDrawer, Legend, Pair } from "../../components/dialogs/FormDrawer";
import { NumberField, requestFrom, type Typed } from "../../components/fields/NumberField";
import { TagInput } from "../../components/fields/TagInput";
import { useSubmit } from "../../data/submit";
import { call, criticalities, type DeviceSaveRequest, type DeviceView } from "../../ipc";

type Props = { device: DeviceView | null; onSaved: (device: DeviceView) => void; onClose: () => void };

function valuesOf(device: DeviceView | null): DeviceSaveRequest {
  return {
    id: device?.id ?? null,
    name: device?.name ?? "",
    address: device?.address ?? "",
    type: device?.type ?? "",
    manufacturer: device?.manufacturer ?? "",
    model: device?.model ?? "",
    website: device?.website ?? "",
    site: device?.site ?? "",
    domain: device?.domain ?? "",
    tags: device?.tags ?? [],
    criticality: device?.criticality ?? "medium",
    connectivities: device?.connectivities.length ? device.connectivities : [{ protocol: "ssh", port: 22 }],
  };
}

const typeNames = ["linux", "windows", "network", "database", "workstation", "other"] as const;
export function DeviceForm({ device, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm<Typed<DeviceSaveRequest>>({ initialValues: valuesOf(device), clearInputErrorOnChange: true });
  const { submit, saving, failure } = useSubmit({
    form,
    send: (values) => call("deviceSave", requestFrom<DeviceSaveRequest>(values)),
    done: onSaved,
  });
  const portErrors = ["connectivities.0.port", "connectivities.0", "connectivities", "port"].map(
    (path) => form.errors[path],
  );
  const text = (name: "manufacturer" | "model" | "website" | "site" | "domain") => (
    <TextInput label={t(`devices.${name}`)} {...form.getInputProps(name)} />
  );
  return (
    <FormDrawer
      opened
      title={device ? t("devices.editTitle", { name: device.name }) : t("devices.newTitle")}
      submit={t("common.save")}
      dirty={form.isDirty()}
      saving={saving}
      failure={failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <Fields>
        <Legend>{t("devices.sectionIdentity")}</Legend>
        <Pair>
          <TextInput label={t("devices.name")} withAsterisk data-autofocus {...form.getInputProps("name")} />
          <Autocomplete
            label={t("devices.type")}
            data={typeNames.map((name) => t(`devices.types.${name}`))}
            {...form.getInputProps("type")}
          />
        </Pair>
        <Pair>
          {text("manufacturer")}
          {text("model")}
        </Pair>
        <Legend>{t("devices.sectionConnection")}</Legend>
        <Pair>
          <TextInput
            label={t("devices.address")}
            description={t("devices.addressHint")}
            withAsterisk
            spellCheck={false}
            {...form.getInputProps("address")}
          />
          <NumberField
            label={t("devices.port")}
            withAsterisk
            value={form.values.connectivities[0]?.port ?? null}
            error={portErrors.find(Boolean)}
            onChange={(port) => {
              form.setFieldValue("connectivities", [{ protocol: "ssh", port }]);
              form.clearFieldError("connectivities.0.port");
            }}
          />
        </Pair>
        <Pair>
          {text("website")}
          {text("domain")}
        </Pair>
        <Legend>{t("devices.sectionPlace")}</Legend>
        <Pair>
          {text("site")}
          <Select
            label={t("devices.criticality")}
            data={criticalities.map((value) => ({ value, label: t(`devices.criticalities.${value}`) }))}
            allowDeselect={false}
            {...form.getInputProps("criticality")}
          />
        </Pair>
        <TagInput label={t("devices.tags")} {...form.getInputProps("tags")} value={form.values.tags} />
      </Fields>
    </FormDrawer>
  );
}
