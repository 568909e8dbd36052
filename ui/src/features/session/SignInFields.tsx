// The sign-in fields: user, password, and the key file if one is needed; or the key that this desktop stores.
import { Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { IconDeviceDesktop } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNote } from "../../components/feedback/Note";
import { PathField } from "../../components/fields/PathField";
import { call } from "../../ipc";
import classes from "./session.module.css";
import type { useSignIn } from "./signIn";

type Props = {
  form: ReturnType<typeof useSignIn>;
  userName: string;
  onUserName: (userName: string) => void;
  keyFile: string | null;
  onKeyFile: (path: string | null) => void;
  /** True if the name is known, so that only the password is asked for. */
  withoutName?: boolean;
  /** True if this desktop stores a key of this user. */
  desktopKey: boolean;
  onForgotten?: () => void;
};

export function SignInFields(props: Props) {
  const { form, userName, onUserName, keyFile, onKeyFile, withoutName, desktopKey, onForgotten } = props;
  const { t } = useTranslation();
  const [asksFile, setAsksFile] = useState(keyFile !== null);
  return (
    <>
      {!withoutName && (
        <TextInput
          label={t("start.yourName")}
          value={userName}
          error={form.errors.userName}
          autoComplete="off"
          onChange={(event) => onUserName(event.currentTarget.value)}
        />
      )}
      <PasswordInput
        ref={form.field}
        label={t("start.password")}
        value={form.password}
        error={form.errors.password}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ "aria-label": t("start.showPassword") }}
        onChange={(event) => form.setPassword(event.currentTarget.value)}
      />
      {asksFile && (
        <PathField
          label={t("session.keyFile")}
          chooseLabel={t("session.chooseKeyFile")}
          clearLabel={t("session.noKeyFile")}
          value={keyFile ?? ""}
          choose={() => call("filePick", { purpose: "keyFile" })}
          onChange={(path) => onKeyFile(path || null)}
        />
      )}
      {form.failure && <FailureNote failure={form.failure} />}
      <Button type="submit" loading={form.busy === "password"} disabled={form.busy === "desktop"} fullWidth>
        {t("start.unlock")}
      </Button>
      {desktopKey && (
        <Button
          variant="default"
          fullWidth
          leftSection={<IconDeviceDesktop size={15} aria-hidden />}
          loading={form.busy === "desktop"}
          disabled={form.busy === "password"}
          onClick={() => form.signInWithDesktop(userName)}
        >
          {t("session.unlockDesktop")}
        </Button>
      )}
      <div className={classes.asides}>
        {!asksFile && (
          <Anchor component="button" type="button" size="xs" onClick={() => setAsksFile(true)}>
            {t("session.useKeyFile")}
          </Anchor>
        )}
        {onForgotten && (
          <Anchor component="button" type="button" size="xs" onClick={onForgotten}>
            {t("session.forgotten")}
          </Anchor>
        )}
      </div>
    </>
  );
}
