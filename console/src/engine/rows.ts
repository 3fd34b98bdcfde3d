// Reading many rows of a resource, and doing something with them.
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { api, ApiError, type Filters, type Row } from "../api/client";
import { announced, markSeen } from "../api/live";
import { explain, text } from "../text";
import type { Resource } from "./define";
import { wordsOf } from "./words";

export function useRows(res: Resource, filters: Filters, sort: string, limit: number, enabled = true) {
  const query = useInfiniteQuery({
    queryKey: [res.name, "list", filters, sort, limit],
    // A search ranks by itself: it takes no order.
    queryFn: async ({ pageParam }) => {
      const before = announced(res.name);
      const page = await api.list(res.name, { filters, sort: filters.q ? undefined : sort, limit, cursor: pageParam });
      // What was announced before is in it; what was meanwhile may be.
      if (!pageParam) markSeen(res.name, [...before, ...page.data.map(({ id }) => id)]);
      return page;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false, // what is new is announced, and put in when it is wanted
    enabled,
  });
  return { query, rows: query.data?.pages.flatMap((page) => page.data) ?? [] };
}

export const what = (res: Resource, rows: Row[]) =>
  rows.length === 1 ? res.title(rows[0]) : wordsOf(res).count(rows.length);

/** Shows again whatever shows rows of this resource. */
export function useRefresh(res: Resource) {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: [res.name] });
}

const isOfWhatWasSeen = (res: Resource, action: string) =>
  ["update", "delete"].includes(action) || res.actions.some(({ verb, seen }) => verb === action && seen);

async function alone(res: Resource, action: string, row: Row, body: object) {
  if (action === "delete") return api.remove(res.name, row);
  if (action === "restore") return api.restore(res.name, row.id);
  return api.act(res.name, row.id, action, body, isOfWhatWasSeen(res, action) ? row.version : undefined);
}

type Done = { answer?: Row | void; rows: Row[] };

/** What was done of many. Those that failed are told; where all did, the first problem is thrown. */
async function together(res: Resource, action: string, rows: Row[], body: object): Promise<Done> {
  const { data } = await api.bulk(res.name, action, rows, body, isOfWhatWasSeen(res, action));
  const failed = data.flatMap(({ problem }) => problem ?? []);
  if (failed.length === rows.length) throw new ApiError(failed[0]);
  if (failed.length > 0) toast.error(`${text().saved.failed(failed.length)}: ${explain(failed[0])}`);
  const well = new Set(data.filter(({ problem }) => !problem).map(({ id }) => id));
  return { rows: rows.filter(({ id }) => well.has(id)) };
}

/** Does something with one row or with many; says with which it was done. Throws the problem. */
export function useVerb(res: Resource) {
  const refresh = useRefresh(res);
  return async (action: string, rows: Row[], body: object = {}): Promise<Done> => {
    try {
      if (rows.length > 1) return await together(res, action, rows, body);
      return { answer: await alone(res, action, rows[0], body), rows };
    } finally {
      await refresh();
    }
  };
}

export const complain = (error: unknown) => {
  if (!(error instanceof ApiError)) throw error;
  toast.error(explain(error.problem));
};

const UNDO_MS = 8000;

/** Soft delete: no question beforehand, an undo afterwards. Says whether anything was deleted. */
export function useDelete(res: Resource) {
  const run = useVerb(res);
  return async (wanted: Row[]) => {
    const done = await run("delete", wanted).catch(complain);
    if (!done) return false;
    const { rows } = done;
    const undo = () => run("restore", rows).catch(complain);
    const action = res.verbs.includes("restore") ? { label: text().verb.undo, onClick: () => void undo() } : undefined;
    toast(text().saved.deleted(what(res, rows)), { action, duration: UNDO_MS });
    return true;
  };
}
