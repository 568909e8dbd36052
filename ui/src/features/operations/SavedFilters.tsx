// Filters that are stored in the vault under a name: used again, saved, replaced, deleted.
import { Button, Menu, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/dialogs/FormDialog";
import { toast } from "../../components/feedback/toast";
import { useCommand } from "../../data/command";
import { useSavedFilters } from "../../data/records";
import { useSubmit } from "../../data/submit";
import { call, type ListFilter, type SavedFilterView } from "../../ipc";
import classes from "./operations.module.css";

type Props = {
  /** The present filter of the list. */
  current: ListFilter;
  /** True if the filter is empty, so that there is nothing to save. */
  nothing: boolean;
  onTake: (filter: ListFilter) => void;
};

type Saving = { current: ListFilter; saved: SavedFilterView[]; onClose: () => void };

function SaveFilter({ current, saved, onClose }: Saving) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { name: "" }, clearInputErrorOnChange: true });
  const { submit, saving, failure } = useSubmit({
    form,
    send: ({ name }) => {
      // A filter with the same name is replaced, as the hint says.
      const before = saved.find((each) => each.name === name.trim());
      return call("savedFilterSave", { id: before?.id ?? null, name, filter: current });
    },
    done: ({ name }) => {
      toast(t("filters.saved", { name }));
      onClose();
    },
  });
  return (
    <FormDialog
      title={t("filters.saveTitle")}
      submit={t("filters.save")}
      busy={saving}
      failure={failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label={t("filters.name")}
        description={t("filters.nameHint")}
        withAsterisk
        data-autofocus
        {...form.getInputProps("name")}
      />
    </FormDialog>
  );
}

export function SavedFilters({ current, nothing, onTake }: Props) {
  const { t } = useTranslation();
  const { data } = useSavedFilters(current.list);
  const [saving, setSaving] = useState(false);
  const remove = useCommand("savedFilterDelete");
  const saved = data?.saved ?? [];
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="subtle" color="gray" size="compact-sm" leftSection={<IconBookmark size={14} aria-hidden />}>
            {t("filters.savedTitle")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={classes.savedMenu}>
          {saved.length === 0 && <Menu.Label>{t("filters.savedNone")}</Menu.Label>}
          {saved.map((each, index) => (
            <div key={each.id} className={classes.savedRow} role="none">
              <Menu.Item data-autofocus={index === 0 || undefined} onClick={() => onTake(each.filter)}>
                {each.name}
              </Menu.Item>
              <Menu.Item
                className={classes.savedDelete}
                aria-label={t("filters.delete", { name: each.name })}
                closeMenuOnClick={false}
                onClick={() => remove.run({ id: each.id })}
              >
                <IconTrash size={14} aria-hidden />
              </Menu.Item>
            </div>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={nothing} onClick={() => setTimeout(() => setSaving(true))}>
            {t("filters.saveThis")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {saving && <SaveFilter current={current} saved={saved} onClose={() => setSaving(false)} />}
    </>
  );
}
