// A device's details in the drawer, with its accepted host key.
import { Button, Group, Skeleton } from "@mantine/core";
import { IconPencil, IconShieldSearch } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SideDrawer } from "../../components/dialogs/SideDrawer";
import { Tags } from "../../components/display/Tags";
import { ExactTime } from "../../components/display/Time";
import { FailureNote, Note } from "../../components/feedback/Note";
import { Facts, Section } from "../../components/layout/Facts";
import { useDevice, usePlugins } from "../../data/records";
import { useMayChange } from "../../data/session";
import { formatError } from "../../i18n/errors";
import { formatNumber } from "../../i18n/format";
import { type DeviceView, failureOf } from "../../ipc";
import { HostKeyBadge } from "./columns";
import { Fingerprint } from "./Fingerprint";

type Props = {
  id: string;
  onClose: () => void;
  onEdit: (device: DeviceView) => void;
  onCheck: (device: DeviceView) => void;
  onShowCredentials: (device: DeviceView) => void;
};

export function DeviceDetails({ id, onClose, onEdit, onCheck, onShowCredentials }: Props) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const { data: device, error } = useDevice(id);
  const { data: plugins } = usePlugins();
  const nameOf = (plugin: string) =>
    plugins === undefined
      ? plugin
      : (plugins.find((known) => known.id === plugin)?.name ?? t("devices.unknownPlugin", { plugin }));
  const facts = (names: ("address" | "type" | "manufacturer" | "model" | "website" | "site" | "domain")[]) =>
    names.map((name) => ({ name: t(`devices.${name}`), value: device?.[name] as ReactNode }));
  return (
    <SideDrawer
      opened
      title={device?.name ?? t("devices.details")}
      onClose={onClose}
      footer={
        device &&
        mayChange && (
          <Group gap="xs">
            <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={() => onEdit(device)}>
              {t("devices.edit")}
            </Button>
          </Group>
        )
      }
    >
      {error && <FailureNote failure={formatError(failureOf(error))} />}
      {!device && !error && <Skeleton height="12rem" />}
      {device && (
        <>
          <Section title={t("devices.sectionIdentity")}>
            <Facts facts={facts(["type", "manufacturer", "model"])} />
          </Section>
          <Section title={t("devices.sectionConnection")}>
            <Facts
              facts={[
                ...facts(["address"]),
                {
                  name: t("devices.plugin"),
                  value: device.connectivities.map(({ plugin }) => nameOf(plugin)).join(", "),
                },
                { name: t("devices.port"), value: device.connectivities.map((each) => each.port).join(", ") },
                ...facts(["website", "domain"]),
              ]}
            />
          </Section>
          <Section
            title={t("devices.hostKey")}
            aside={
              mayChange && (
                <Button
                  variant="default"
                  size="compact-sm"
                  leftSection={<IconShieldSearch size={15} aria-hidden />}
                  onClick={() => onCheck(device)}
                >
                  {t("hostKey.check")}
                </Button>
              )
            }
          >
            <HostKeyBadge pinned={device.hostKey !== null} />
            {device.hostKey?.kind === "none" && <Note kind="warning" title={t("identity.none.title")} />}
            {device.hostKey && (
              <Fingerprint algorithm={device.hostKey.algorithm} fingerprint={device.hostKey.fingerprint}>
                {t("hostKey.acceptedBy", { user: device.hostKey.acceptedBy })} ·{" "}
                <ExactTime at={device.hostKey.acceptedAt} />
              </Fingerprint>
            )}
          </Section>
          <Section title={t("devices.sectionPlace")}>
            <Facts
              facts={[
                ...facts(["site"]),
                { name: t("devices.criticality"), value: t(`devices.criticalities.${device.criticality}`) },
                { name: t("devices.tags"), value: device.tags.length > 0 && <Tags tags={device.tags} most={20} /> },
                {
                  name: t("devices.credentials"),
                  value: (
                    <Button variant="subtle" size="compact-sm" ml="-0.5rem" onClick={() => onShowCredentials(device)}>
                      {formatNumber(device.credentials)} · {t("devices.showCredentials")}
                    </Button>
                  ),
                },
                { name: t("devices.created"), value: <ExactTime at={device.createdAt} /> },
                { name: t("devices.updated"), value: <ExactTime at={device.updatedAt} /> },
              ]}
            />
          </Section>
        </>
      )}
    </SideDrawer>
  );
}
