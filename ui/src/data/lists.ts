// Endless lists: pages are fetched one after another by the host's cursor, and flattened into rows.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  type AttemptFilter,
  type AttemptRowView,
  type AttemptSort,
  type AuditListRequest,
  type AuditRowView,
  type BatchCandidateView,
  type BatchCheckPage,
  type BatchCheckRequest,
  type BatchReviewPage,
  type BatchReviewRequest,
  type CredentialFilter,
  type CredentialRowView,
  type CredentialSort,
  call,
  type DeviceListRequest,
  type DeviceRowView,
  type ExpirationFilter,
  type ExpirationRowView,
  type ExpirationSort,
  type ListRequest,
  type OperationFilter,
  type OperationRowView,
  type OperationSort,
  type Page,
  type PolicyFilter,
  type PolicyRowView,
  type PolicySort,
  type RequestFilter,
  type RequestRowView,
  type RequestSort,
  type RequestTasksRequest,
  type StrengthFilter,
  type StrengthRowView,
  type StrengthSort,
  type TaskPage,
  type TaskView,
  type UserFilter,
  type UserSort,
  type UserView,
} from "../ipc";
import { type BatchCandidatesQuery, keys, type ListQuery } from "./keys";

const pageSize = 200;

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

export const useDevices = (asked: ListQuery<DeviceListRequest>): EndlessList<DeviceRowView> =>
  useEndless(keys.deviceList(asked), (cursor) => call("deviceList", { ...asked, cursor, limit: pageSize }));

export const useCredentials = (
  asked: ListQuery<ListRequest<CredentialFilter, CredentialSort>>,
): EndlessList<CredentialRowView> =>
  useEndless(keys.credentialList(asked), (cursor) => call("credentialList", { ...asked, cursor, limit: pageSize }));

export const useOperations = (
  asked: ListQuery<ListRequest<OperationFilter, OperationSort>>,
): EndlessList<OperationRowView> =>
  useEndless(keys.operationList(asked), (cursor) => call("operationList", { ...asked, cursor, limit: pageSize }));

export const useAttempts = (asked: ListQuery<ListRequest<AttemptFilter, AttemptSort>>): EndlessList<AttemptRowView> =>
  useEndless(keys.attemptList(asked), (cursor) => call("attemptList", { ...asked, cursor, limit: pageSize }));

export const usePolicies = (asked: ListQuery<ListRequest<PolicyFilter, PolicySort>>): EndlessList<PolicyRowView> =>
  useEndless(keys.policyList(asked), (cursor) => call("policyList", { ...asked, cursor, limit: pageSize }));

export const useStrengths = (
  asked: ListQuery<ListRequest<StrengthFilter, StrengthSort>>,
): EndlessList<StrengthRowView> =>
  useEndless(keys.strengthList(asked), (cursor) => call("strengthList", { ...asked, cursor, limit: pageSize }));

export const useExpirations = (
  asked: ListQuery<ListRequest<ExpirationFilter, ExpirationSort>>,
): EndlessList<ExpirationRowView> =>
  useEndless(keys.expirationList(asked), (cursor) => call("expirationList", { ...asked, cursor, limit: pageSize }));
export const useUsers = (asked: ListQuery<ListRequest<UserFilter, UserSort>>): EndlessList<UserView> =>
  useEndless(keys.userList(asked), (cursor) => call("userList", { ...asked, cursor, limit: pageSize }));

export const useAudit = (asked: ListQuery<AuditListRequest>): EndlessList<AuditRowView> =>
  useEndless(keys.auditList(asked), (cursor) => call("auditList", { ...asked, cursor, limit: pageSize }));

export const useBatchCandidates = (asked: BatchCandidatesQuery) =>
  useEndless<BatchCandidateView>(keys.batchCandidates(asked), (cursor) =>
    call("batchCandidates", { action: asked.action, list: { ...asked.list, cursor, limit: pageSize } }),
  );

export const useBatchCheck = (asked: ListQuery<BatchCheckRequest>) =>
  useEndless<BatchCandidateView, BatchCheckPage>(keys.batchCheck(asked), (cursor) =>
    call("batchCheck", { ...asked, cursor, limit: pageSize }),
  );

export const useBatchReview = (asked: ListQuery<BatchReviewRequest>) =>
  useEndless<TaskView, BatchReviewPage>(keys.batchReview(asked), (cursor) =>
    call("batchReview", { ...asked, cursor, limit: pageSize }),
  );

export const useRequests = (asked: ListQuery<ListRequest<RequestFilter, RequestSort>>) =>
  useEndless<RequestRowView>(keys.requestList(asked), (cursor) =>
    call("requestList", { ...asked, cursor, limit: pageSize }),
  );

export const useRequestTasks = (asked: ListQuery<RequestTasksRequest>) =>
  useEndless<TaskView, TaskPage>(keys.requestTasks(asked), (cursor) =>
    call("requestTasks", { ...asked, cursor, limit: pageSize }),
  );
