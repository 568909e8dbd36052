// My account: password, second factor, key file, this desktop.
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Tags } from "../../components/display/Tags";
import { FailureNote } from "../../components/feedback/Note";
import { Panels } from "../../components/layout/Panel";
import { ScreenHeader } from "../../components/layout/ScreenHeader";
import { useAccount } from "../../data/records";
import { DesktopPanel } from "../../features/account/DesktopPanel";
import { KeyFilePanel } from "../../features/account/KeyFilePanel";
import { PasswordPanel } from "../../features/account/PasswordPanel";
import { TotpPanel } from "../../features/account/TotpPanel";
import { formatError } from "../../i18n/errors";
import { failureOf } from "../../ipc";

export function AccountScreen() {
  const { t } = useTranslation();
  const { data: account, error } = useAccount();
  return (
    <>
      <ScreenHeader
        title={account?.userName ?? t("account.title")}
        tools={account && <Tags tags={account.roles.map((role) => t(`users.roleNames.${role}`))} most={4} />}
      />
      <Panels label={t("account.title")}>
        {error && <FailureNote failure={formatError(failureOf(error))} />}
        {!account && !error && <Skeleton height={320} mt="md" />}
        {account && (
          <>
            <PasswordPanel account={account} />
            <TotpPanel account={account} />
            <KeyFilePanel account={account} />
            <DesktopPanel account={account} />
          </>
        )}
      </Panels>
    </>
  );
}
