// Endless lists: pages are fetched one after another by the host's cursor, and flattened into rows.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  type AttemptListRequest,
  type AttemptPage,
  type AuditListRequest,
  type AuditPage,
  type BatchCandidatePage,
  type BatchCandidatesRequest,
  type BatchCheckPage,
  type BatchCheckRequest,
  type BatchReviewPage,
  type BatchReviewRequest,
  type CredentialListRequest,
  type CredentialPage,
  call,
  type DeviceListRequest,
  type DevicePage,
  type ExpirationListRequest,
  type ExpirationPage,
  type OperationListRequest,
  type OperationPage,
  type PolicyListRequest,
  type PolicyPage,
  type RequestListRequest,
  type RequestPage,
  type RequestTasksRequest,
  type StrengthListRequest,
  type StrengthPage,
  type TaskPage,
  type UserListRequest,
  type UserPage,
} from "../ipc";
import { keys, type ListQuery } from "./keys";

const pageSize = 200;

type Page<R> = { rows: R[]; next: string | null; total: number; totalIsExact?: boolean };

export type EndlessList<R> = {
  rows: R[];
  total: number;
  /** Else there are at least so many: counting them all would have taken too long. */
  isExact: boolean;
  state: "loading" | "error" | "ready";
  error: Error | null;
  hasMore: boolean;
  isFetchingMore: boolean;
  /** The rows are those of the previous question while the new one is on its way. */
  isPrevious: boolean;
  loadMore: () => void;
  reload: () => void;
};

function useEndless<R, P extends Page<R> = Page<R>>(
  key: readonly unknown[],
  fetch: (cursor: string | null) => Promise<P>,
): EndlessList<R> & { first: P | null } {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => fetch(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages]);
  return {
    rows,
    first: pages?.[0] ?? null,
    total: Math.max(pages?.at(-1)?.total ?? 0, rows.length),
    isExact: pages?.at(-1)?.totalIsExact ?? true,
    state: query.isError ? "error" : query.isPending ? "loading" : "ready",
    error: query.error,
    hasMore: query.hasNextPage,
    isFetchingMore: query.isFetchingNextPage,
    isPrevious: query.isPlaceholderData,
    // A page must not be asked for while the earlier ones are read again: the one would cancel the other.
    loadMore: () => {
      if (query.hasNextPage && !query.isFetching) query.fetchNextPage();
    },
    reload: () => {
      query.refetch();
    },
  };
}

export const useDevices = (asked: ListQuery<DeviceListRequest>): EndlessList<DevicePage["rows"][number]> =>
  useEndless(keys.deviceList(asked), (cursor) => call("deviceList", { ...asked, cursor, limit: pageSize }));

export const useCredentials = (asked: ListQuery<CredentialListRequest>): EndlessList<CredentialPage["rows"][number]> =>
  useEndless(keys.credentialList(asked), (cursor) => call("credentialList", { ...asked, cursor, limit: pageSize }));

export const useOperations = (asked: ListQuery<OperationListRequest>): EndlessList<OperationPage["rows"][number]> =>
  useEndless(keys.operationList(asked), (cursor) => call("operationList", { ...asked, cursor, limit: pageSize }));

export const useAttempts = (asked: ListQuery<AttemptListRequest>): EndlessList<AttemptPage["rows"][number]> =>
  useEndless(keys.attemptList(asked), (cursor) => call("attemptList", { ...asked, cursor, limit: pageSize }));

export const usePolicies = (asked: ListQuery<PolicyListRequest>): EndlessList<PolicyPage["rows"][number]> =>
  useEndless(keys.policyList(asked), (cursor) => call("policyList", { ...asked, cursor, limit: pageSize }));

export const useStrengths = (asked: ListQuery<StrengthListRequest>): EndlessList<StrengthPage["rows"][number]> =>
  useEndless(keys.strengthList(asked), (cursor) => call("strengthList", { ...asked, cursor, limit: pageSize }));

export const useExpirations = (asked: ListQuery<ExpirationListRequest>): EndlessList<ExpirationPage["rows"][number]> =>
  useEndless(keys.expirationList(asked), (cursor) => call("expirationList", { ...asked, cursor, limit: pageSize }));
export const useUsers = (asked: ListQuery<UserListRequest>): EndlessList<UserPage["rows"][number]> =>
  useEndless(keys.userList(asked), (cursor) => call("userList", { ...asked, cursor, limit: pageSize }));

export const useAudit = (asked: ListQuery<AuditListRequest>): EndlessList<AuditPage["rows"][number]> =>
  useEndless(keys.auditList(asked), (cursor) => call("auditList", { ...asked, cursor, limit: pageSize }));

export const useBatchCandidates = (asked: ListQuery<BatchCandidatesRequest>) =>
  useEndless<BatchCandidatePage["rows"][number]>(keys.batchCandidates(asked), (cursor) =>
    call("batchCandidates", { ...asked, cursor, limit: pageSize }),
  );

export const useBatchCheck = (asked: ListQuery<BatchCheckRequest>) =>
  useEndless<BatchCheckPage["rows"][number], BatchCheckPage>(keys.batchCheck(asked), (cursor) =>
    call("batchCheck", { ...asked, cursor, limit: pageSize }),
  );

export const useBatchReview = (asked: ListQuery<BatchReviewRequest>) =>
  useEndless<BatchReviewPage["rows"][number], BatchReviewPage>(keys.batchReview(asked), (cursor) =>
    call("batchReview", { ...asked, cursor, limit: pageSize }),
  );

export const useRequests = (asked: ListQuery<RequestListRequest>) =>
  useEndless<RequestPage["rows"][number]>(keys.requestList(asked), (cursor) =>
    call("requestList", { ...asked, cursor, limit: pageSize }),
  );

export const useRequestTasks = (asked: ListQuery<RequestTasksRequest>) =>
  useEndless<TaskPage["rows"][number], TaskPage>(keys.requestTasks(asked), (cursor) =>
    call("requestTasks", { ...asked, cursor, limit: pageSize }),
  );
