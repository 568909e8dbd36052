// The filters of the list of people: by role and by status.
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FilterSelect } from "../../components/filters/FilterSelect";
import { type Role, roles, type UserFilter, type UserStatus, userStatuses } from "../../ipc";

export const allUsers: UserFilter = { text: null, role: null, status: null };
export const isUserFilterOpen = (filter: UserFilter) => Object.values(filter).every((value) => value === null);
export function UserFilters({ filter, onChange }: { filter: UserFilter; onChange: (filter: UserFilter) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <FilterSelect
        label={t("users.role")}
        value={filter.role}
        options={roles.map((value) => ({ value, label: t(`users.roleNames.${value}`) }))}
        onChange={(role) => onChange({ ...filter, role: role as Role | null })}
      />
      <FilterSelect
        label={t("users.status")}
        value={filter.status}
        options={userStatuses.map((value) => ({ value, label: t(`users.statuses.${value}`) }))}
        onChange={(status) => onChange({ ...filter, status: status as UserStatus | null })}
      />
      {!isUserFilterOpen(filter) && (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange(allUsers)}>
          {t("table.clearFilters")}
        </Button>
      )}
    </>
  );
}
