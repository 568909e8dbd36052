// The form of a new or edited device.
import { Autocomplete, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Fields, FormDrawer, Legend, Pair } from "../../components/dialogs/FormDrawer";
import { requestFrom, type Typed } from "../../components/fields/NumberField";
import { TagInput } from "../../components/fields/TagInput";
import { usePlugins } from "../../data/records";
import { useSubmit } from "../../data/submit";
import { call, criticalities, type DeviceSaveRequest, type DeviceView, type PluginView } from "../../ipc";
import { ConnectionFields, connectivityOf } from "./ConnectionFields";

type Props = { device: DeviceView | null; onSaved: (device: DeviceView) => void; onClose: () => void };

function valuesOf(device: DeviceView | null, plugins: PluginView[]): DeviceSaveRequest {
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
    connectivities: device?.connectivities.length ? device.connectivities : plugins.slice(0, 1).map(connectivityOf),
  };
}

const typeNames = ["linux", "windows", "network", "database", "workstation", "other"] as const;

/** The first values of the form come from the plugins' descriptions, so the form waits for them. */
export function DeviceForm(props: Props) {
  const { data: plugins } = usePlugins();
  return plugins && <LoadedForm {...props} plugins={plugins} />;
}

function LoadedForm({ device, onSaved, onClose, plugins }: Props & { plugins: PluginView[] }) {
  const { t } = useTranslation();
  const form = useForm<Typed<DeviceSaveRequest>>({
    initialValues: valuesOf(device, plugins),
    clearInputErrorOnChange: true,
  });
  const { submit, saving, failure } = useSubmit({
    form,
    send: (values) => call("deviceSave", requestFrom<DeviceSaveRequest>(values)),
    done: onSaved,
  });
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
        <TextInput
          label={t("devices.address")}
          description={t("devices.addressHint")}
          withAsterisk
          spellCheck={false}
          {...form.getInputProps("address")}
        />
        <ConnectionFields form={form} plugins={plugins} />
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
