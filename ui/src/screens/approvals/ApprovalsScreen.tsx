// Approvals: requests that wait for me, that I decided on, and that I made.
import { Button, Tabs } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/feedback/EmptyState";
import { Note } from "../../components/feedback/Note";
import { SearchField } from "../../components/fields/SearchField";
import { ScreenHeader } from "../../components/layout/ScreenHeader";
import { DataTable, type DataTableHandle, type Sorting, useColumns } from "../../components/table";
import { useRequests } from "../../data/lists";
import { useRequestWaiting } from "../../data/records";
import { useMay } from "../../data/session";
import { useRequestColumns } from "../../features/requests/columns";
import { allRequests } from "../../features/requests/filter";
import { RequestWindow } from "../../features/requests/RequestWindow";
import classes from "../../features/requests/requests.module.css";
import { counted, formatNumber } from "../../i18n/format";
import type { RequestScope, RequestSort } from "../../ipc";
import type { Place } from "../places";

const scopes = { waiting: "waitingForMe", decided: "decidedByMe", mine: "mine" } satisfies Record<string, RequestScope>;
type Tab = keyof typeof scopes;

export function ApprovalsScreen({ place }: { place: Extract<Place, { screen: "approvals" }> }) {
  const { t } = useTranslation();
  const mayDecide = useMay("decide");
  const mayRequest = useMay("requestBatches");
  const tabs: Tab[] = [
    ...(mayDecide ? (["waiting", "decided"] as const) : []),
    ...(mayRequest ? (["mine"] as const) : []),
  ];
  const [tab, setTab] = useState<Tab>(place.tab && tabs.includes(place.tab) ? place.tab : (tabs[0] ?? "mine"));
  const table = useRef<DataTableHandle>(null);
  const [text, setText] = useState<string | null>(null);
  const [sorting, setSorting] = useState<Sorting<RequestSort>>({ by: "requested", descending: true });
  const [shown, setShown] = useState<string | null>(place.request ?? null);
  const list = useRequests({
    filter: { ...allRequests, scope: scopes[tab], text },
    sort: sorting.by,
    descending: sorting.descending,
  });
  const emergencies = useRequestWaiting(mayDecide).data?.emergencies ?? [];
  const columns = useColumns("approvals", useRequestColumns(), sorting, (next) =>
    setSorting(next as Sorting<RequestSort>),
  );

  return (
    <>
      <ScreenHeader
        title={t("frame.approvals")}
        count={list.state === "ready" ? formatNumber(list.total) : undefined}
        search={
          <SearchField
            label={t("requests.search")}
            value={text ?? ""}
            onChange={(typed) => setText(typed || null)}
            onLeave={() => table.current?.focus()}
          />
        }
      >
        <Tabs value={tab} onChange={(next) => setTab(next as Tab)}>
          <Tabs.List>
            {tabs.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {t(`requests.tabs.${each}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      </ScreenHeader>
      {emergencies.length > 0 && (
        <div className={classes.notes}>
          <Note kind="error" title={t("requests.emergenciesUnseen", counted(emergencies.length))}>
            {t("requests.emergenciesAsk")}{" "}
            {emergencies.map(({ id, code, action }) => (
              <Button key={id} variant="subtle" size="compact-sm" onClick={() => setShown(id)}>
                {t("requests.name", { code, action: t(`requests.actions.${action}`) })}
              </Button>
            ))}
          </Note>
        </div>
      )}
      <DataTable
        key={tab}
        ref={table}
        label={t(`requests.tabs.${tab}`)}
        list={list}
        columns={columns.shown}
        sorting={sorting}
        onSort={(id) => columns.table.getColumn(id)?.toggleSorting()}
        rowId={(row) => row.id}
        rowName={(row) => t("requests.name", { code: row.code, action: t(`requests.actions.${row.action}`) })}
        rowActions={(row) => [{ id: "show", label: t("requests.show"), onSelect: () => setShown(row.id) }]}
        onOpen={(row) => setShown(row.id)}
        empty={<EmptyState text={text ? t("table.nothingMatches") : t(`requests.emptyTabs.${tab}`)} />}
      />
      {shown && <RequestWindow key={shown} id={shown} onShow={setShown} onClose={() => setShown(null)} />}
    </>
  );
}
