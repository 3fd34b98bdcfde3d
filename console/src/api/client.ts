// The only place that talks HTTP: one function per verb of the API.
import { actingToken, become } from "./acting";
import { renew, token } from "./session";
import type { components } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];
export type Money = Schemas["Money"];
export type Entry = Schemas["EntryView"];
/** A record whose resource is only known at run time; definitions use the exact types. */
export type Row = { id: string; version: number; created_at: string; deleted_at: string | null } & Record<string, any>;
export type Filters = Record<string, string>;
export type Page<T> = { data: T[]; next_cursor: string | null };

export class ApiError extends Error {
  constructor(readonly problem: Partial<Problem> & { title: string; status: number }) {
    super(problem.detail ?? problem.title);
  }
  get status() {
    return this.problem.status;
  }
  get code() {
    return this.problem.code ?? "";
  }
  /** The refused fields, by dotted path, for forms. */
  get fields() {
    return Object.fromEntries(this.problem.errors?.map((each) => [each.field, each]) ?? []);
  }
}

const PAUSE_MS = 400;
const TRANSIENT = [502, 503, 504];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Call = { method: string; path: string; body?: unknown; headers?: Record<string, string> };

/** A network that failed, as a problem: whoever shows problems shows this one too. */
function unreachable(error: unknown): never {
  if (!(error instanceof TypeError)) throw error; // fetch's own word for it
  throw new ApiError({ title: "No answer", status: 0, code: "unreachable" });
}

async function attempt({ method, path, body, headers }: Call): Promise<[Response, string]> {
  const used = actingToken(path) || token();
  const all = { ...headers, ...(used && { Authorization: `Bearer ${used}` }) };
  const text = body === undefined ? undefined : JSON.stringify(body);
  return [await fetch("/v1" + path, { method, headers: all, body: text }).catch(unreachable), used];
}

/** A second try where the first one was lost or came too early: safe, since it goes under the same `Idempotency-Key`. */
async function patiently(call: Call) {
  const again = call.method !== "PATCH";
  try {
    const [response, used] = await attempt(call);
    if (response.status === 401) {
      if (used && used === actingToken(call.path)) return (become(null), response); // somebody else has ended it
      await renew(used);
      return (await attempt(call))[0];
    }
    if (!again || !TRANSIENT.includes(response.status)) return response;
  } catch (error) {
    if (!again || !(error instanceof ApiError)) throw error;
  }
  await pause(PAUSE_MS);
  const [second] = await attempt(call);
  // The first one may have arrived, and only its answer was lost.
  return call.method === "DELETE" && second.status === 404 ? new Response(null, { status: 204 }) : second;
}

async function failure(response: Response) {
  const unreadable = { title: response.statusText || "No answer", status: response.status };
  return new ApiError((await response.json().catch(() => unreadable)) as ApiError["problem"]);
}

/** The body of the answer; `ApiError` for a problem. */
export async function request<T>(method: string, path: string, body?: unknown, extra: Record<string, string> = {}) {
  const headers = { ...extra };
  if (body !== undefined)
    headers["Content-Type"] = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  if (method === "POST") headers["Idempotency-Key"] = crypto.randomUUID();
  const response = await patiently({ method, path, body, headers });
  if (!response.ok) throw await failure(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export function toQuery(values: Record<string, string | number | null | undefined>) {
  const given = Object.entries(values).filter(([, value]) => value != null && value !== "");
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
}

/** The address with its query, where there is one. */
export const withQuery = (path: string, values: Parameters<typeof toQuery>[0]) => {
  const query = toQuery(values);
  return query ? `${path}?${query}` : path;
};

export type ListQuery = { filters: Filters; sort?: string; limit?: number; cursor?: string | null };
type BulkItem = Omit<Schemas["BulkItem"], "problem"> & { problem: ApiError["problem"] | null };

/** Ids of what was made in this window: nobody has to tell it. */
export const made = new Set<string>();

export const api = {
  list: (name: string, { filters, ...rest }: ListQuery) =>
    request<Page<Row>>("GET", withQuery(`/${name}`, { ...filters, ...rest })),
  get: (name: string, id: string) => request<Row>("GET", `/${name}/${id}`),
  create: async (name: string, body: object) => {
    const row = await request<Row>("POST", `/${name}`, body);
    made.add(row.id);
    return row;
  },
  /** `version` is the one the user looked at; the API answers 412 when somebody was faster. */
  update: (name: string, id: string, version: number, changes: object) =>
    request<Row>("PATCH", `/${name}/${id}`, changes, { "If-Match": `"${version}"` }),
  act: (name: string, id: string, verb: string, body: object = {}, version?: number) =>
    request<Row | undefined>("POST", `/${name}/${id}/${verb}`, body, version ? { "If-Match": `"${version}"` } : {}),
  remove: (name: string, row: Row) =>
    request<void>("DELETE", `/${name}/${row.id}`, undefined, { "If-Match": `"${row.version}"` }),
  restore: (name: string, id: string) => request<Row>("POST", `/${name}/${id}/restore`, {}),
  /** One result for each row; `seen`: only where its version is the one that was looked at. */
  bulk: (name: string, action: string, rows: Row[], body: object = {}, seen = false) => {
    const etags = seen ? rows.map((row) => [row.id, `"${row.version}"`]) : [];
    const ids = rows.map((row) => row.id);
    return request<Page<BulkItem>>("POST", `/${name}/bulk`, { action, ids, body, etags: Object.fromEntries(etags) });
  },
  timeline: (name: string, id: string, cursor: string | null) =>
    request<Page<Entry>>("GET", withQuery(`/${name}/${id}/timeline`, { sort: "-version", limit: 20, cursor })),
  search: (q: string) => request<Schemas["SearchResults"]>("GET", withQuery("/search", { q, limit: 12 })),
  me: () => request<Schemas["Me"]>("GET", "/me"),
};
