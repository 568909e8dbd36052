// The fields for the connection to a device: the plugin for its protocol, the port, and the fields that only this
// plugin needs. They all come from the plugin's own description.
import { Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Pair } from "../../components/dialogs/FormDrawer";
import { NumberField, readNumber, type Typed } from "../../components/fields/NumberField";
import { formatPluginField } from "../../i18n/errors";
import type { ConnectivityView, DeviceSaveRequest, PluginView, Transport } from "../../ipc";

/** Returns the first connection settings of a new device for a plugin. */
export function connectivityOf(plugin: PluginView): ConnectivityView {
  const fields = Object.fromEntries(plugin.fields.map(({ name, default: value }) => [name, value]));
  return { plugin: plugin.id, port: plugin.defaultPort, transport: plugin.transports[0] ?? "plain", fields };
}

type Props = { form: UseFormReturnType<Typed<DeviceSaveRequest>>; plugins: PluginView[] };

export function ConnectionFields({ form, plugins }: Props) {
  const { t } = useTranslation();
  const [usual, ...others] = form.values.connectivities;
  if (!usual) return null;
  const plugin = plugins.find(({ id }) => id === usual.plugin);
  const change = (changed: Partial<Typed<ConnectivityView>>) =>
    form.setFieldValue("connectivities", [{ ...usual, ...changed }, ...others]);
  const choices = plugins.map(({ id, name }) => ({ value: id, label: name }));
  if (!plugin) choices.push({ value: usual.plugin, label: t("devices.unknownPlugin", { plugin: usual.plugin }) });
  const portErrors = ["connectivities.0.port", "port"].map((path) => form.errors[path]);
  return (
    <>
      <Pair>
        <Select
          label={t("devices.plugin")}
          data={choices}
          allowDeselect={false}
          value={usual.plugin}
          error={form.errors["connectivities.0"] ?? form.errors.connectivities}
          onChange={(id) => {
            const chosen = plugins.find((each) => each.id === id);
            if (chosen) change(connectivityOf(chosen));
            form.clearFieldError("connectivities");
          }}
        />
        <NumberField
          label={t("devices.port")}
          withAsterisk
          value={usual.port}
          error={portErrors.find(Boolean)}
          onChange={(port) => {
            change({ port });
            form.clearFieldError("connectivities.0.port");
          }}
        />
      </Pair>
      {plugin && plugin.transports.length > 1 && (
        <Select
          label={t("devices.transport")}
          data={plugin.transports.map((value) => ({ value, label: t(`devices.transports.${value}`) }))}
          allowDeselect={false}
          value={usual.transport}
          error={form.errors["connectivities.0.transport"]}
          onChange={(value) => change({ transport: value as Transport })}
        />
      )}
      {plugin?.fields.map((field) => {
        const shared = {
          label: formatPluginField(field.label),
          withAsterisk: field.required,
          value: usual.fields[field.name] ?? "",
          error: form.errors[`connectivities.0.fields.${field.name}`],
        };
        const enter = (value: string) => change({ fields: { ...usual.fields, [field.name]: value } });
        if (field.choices.length > 0)
          return <Select key={field.name} {...shared} data={field.choices} onChange={(value) => enter(value ?? "")} />;
        if (field.number)
          return (
            <NumberField
              key={field.name}
              {...shared}
              value={readNumber(shared.value)}
              onChange={(value) => enter(value === null ? "" : String(value))}
            />
          );
        return <TextInput key={field.name} {...shared} onChange={(event) => enter(event.currentTarget.value)} />;
      })}
    </>
  );
}
