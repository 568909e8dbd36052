// The form of a new or edited credential, in three tabs; a refused field brings its tab to the front.
import { Tabs } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDrawer } from "../../components/dialogs/FormDrawer";
import { useSubmit } from "../../data/submit";
import { type CredentialView, call } from "../../ipc";
import { ChainFields } from "./ChainFields";
import { ExecutionFields } from "./ExecutionFields";
import { InformationFields } from "./InformationFields";
import { type CredentialValues, requestOf, tabOf, valuesOf } from "./values";

type Props = {
  credential: CredentialView | null;
  /** The device of a new credential that is added from its device. */
  device: { id: string; name: string } | null;
  onSaved: (credential: CredentialView) => void;
  onClose: () => void;
};

const tabs = ["information", "execution", "chain"] as const;
type Tab = (typeof tabs)[number];

export function CredentialForm({ credential, device, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>("information");
  const form = useForm<CredentialValues>({
    initialValues: valuesOf(credential, device),
    clearInputErrorOnChange: true,
  });
  const { submit, saving, failure } = useSubmit({
    form,
    send: (values) => call("credentialSave", requestOf(values)),
    done: onSaved,
    onProblems: (fields) => {
      const [first] = fields.map(tabOf).sort((a, b) => tabs.indexOf(a) - tabs.indexOf(b));
      if (first) setTab(first);
    },
  });
  const broken = new Set(Object.keys(form.errors).map(tabOf));
  const name = credential && t("credentials.label", { username: credential.username, device: credential.deviceName });
  const label = {
    information: t("credentials.tabInformation"),
    execution: t("credentials.tabExecution"),
    chain: t("credentials.tabChain"),
  };
  return (
    <FormDrawer
      opened
      title={name ? t("credentials.editTitle", { name }) : t("credentials.newTitle")}
      submit={t("common.save")}
      dirty={form.isDirty()}
      saving={saving}
      failure={failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <Tabs value={tab} onChange={(value) => setTab(value as Tab)}>
        <Tabs.List mb="md">
          {tabs.map((each) => (
            <Tabs.Tab
              key={each}
              value={each}
              rightSection={
                broken.has(each) && (
                  <IconAlertTriangle
                    size={15}
                    color="var(--state-red)"
                    role="img"
                    aria-label={t("credentials.tabErrors")}
                  />
                )
              }
            >
              {label[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="information">
          <InformationFields
            form={form}
            deviceLabel={credential?.deviceName ?? device?.name ?? null}
            hasPassword={credential?.hasPassword ?? false}
            hasPrivateKey={credential?.hasPrivateKey ?? false}
          />
        </Tabs.Panel>
        <Tabs.Panel value="execution">
          <ExecutionFields form={form} />
        </Tabs.Panel>
        <Tabs.Panel value="chain">
          <ChainFields form={form} />
        </Tabs.Panel>
      </Tabs>
    </FormDrawer>
  );
}
