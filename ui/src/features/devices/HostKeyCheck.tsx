// Reads a device's identity and lets a person accept it: new (compare it), the same (no action needed), changed (a
// warning that the user must confirm), or none, if the protocol has no identity (the user confirms that).

import { Button, Checkbox, Group, Loader, Modal, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useReturnFocus } from "../../components/dialogs/returnFocus";
import { FailureNote, Note } from "../../components/feedback/Note";
import { useCommand } from "../../data/command";
import type { DeviceView, HostKeyOfferView } from "../../ipc";
import { Fingerprint } from "./Fingerprint";

type Props = { device: DeviceView; onAccepted: (device: DeviceView) => void; onClose: () => void };

/** Tells whether the user must tick a confirmation: the identity differs from the accepted one, or there is none. */
const needsWords = (offer: HostKeyOfferView) =>
  offer.status === "changed" || (offer.kind === "none" && offer.status !== "same");

function Offer({ offer }: { offer: HostKeyOfferView }) {
  const { t } = useTranslation();
  const kind = { new: "plain", same: "good", changed: "error" } as const;
  if (offer.kind === "none")
    return (
      <Note kind="warning" title={t("identity.none.title")}>
        {t("identity.none.text")}
      </Note>
    );
  const certificate = offer.kind === "certificate";
  const title = certificate ? t(`identity.certificate.${offer.status}`) : t(`hostKey.${offer.status}`);
  const text = certificate ? t(`identity.certificate.${offer.status}Text`) : t(`hostKey.${offer.status}Text`);
  return (
    <>
      <Note kind={kind[offer.status]} title={title}>
        {text}
      </Note>
      {offer.status === "changed" && offer.pinned && (
        <Fingerprint title={t("hostKey.pinned")} tone="old" {...offer.pinned} />
      )}
      <Fingerprint
        title={offer.status === "changed" ? t("hostKey.offered") : undefined}
        tone={offer.status === "changed" ? "danger" : undefined}
        algorithm={offer.algorithm}
        fingerprint={offer.fingerprint}
      />
    </>
  );
}

const confirmation = {
  hostKey: "hostKey.confirm",
  certificate: "identity.certificate.confirm",
  none: "identity.none.confirm",
} as const;
const acceptance = {
  hostKey: "hostKey.accept",
  certificate: "identity.certificate.accept",
  none: "identity.none.accept",
} as const;

export function HostKeyCheck({ device, onAccepted, onClose }: Props) {
  const { t } = useTranslation();
  useReturnFocus();
  const [understood, setUnderstood] = useState(false);
  const identify = useCommand("deviceIdentify");
  const trust = useCommand("deviceTrust", onAccepted);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the dialogue opens
  useEffect(() => identify.run({ id: device.id }), [device.id]);

  const offer = identify.answer;
  const again = () => {
    trust.reset();
    setUnderstood(false);
    identify.run({ id: device.id });
  };
  const accept = (shown: HostKeyOfferView) => trust.run({ id: device.id, algorithm: shown.algorithm, key: shown.key });
  const failure = trust.failure ?? identify.failure;

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("hostKey.title", { name: device.name })}
      size="36rem"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="sm" aria-live="polite">
        <Text c="dimmed">{t("hostKey.what")}</Text>
        {identify.busy && (
          <Group gap="xs" mih="8rem" align="center">
            <Loader size={16} aria-hidden />
            <Text>{t("hostKey.checking", { address: device.address })}</Text>
          </Group>
        )}
        {!identify.busy && offer && <Offer offer={offer} />}
        {failure && <FailureNote failure={failure} />}
        {!identify.busy && offer && needsWords(offer) && (
          <Checkbox
            label={t(confirmation[offer.kind])}
            checked={understood}
            onChange={(event) => setUnderstood(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          {failure && (
            <Button variant="default" onClick={again} loading={identify.busy}>
              {t("common.retry")}
            </Button>
          )}
          <Button variant="default" onClick={onClose} data-autofocus>
            {offer?.status === "same" ? t("common.close") : t("hostKey.later")}
          </Button>
          {!identify.busy && offer && offer.status !== "same" && (
            <Button
              color={offer.status === "changed" ? "red.9" : undefined}
              disabled={needsWords(offer) && !understood}
              loading={trust.busy}
              onClick={() => accept(offer)}
            >
              {t(offer.status === "changed" ? "hostKey.acceptChanged" : acceptance[offer.kind])}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
