// The WebSocket: a change is told, not its content. What is on the screen is then asked for again, with the user's own rights.
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { resource, type Resource } from "../engine/define";
import { createStore } from "../ui/store";
import { api, ApiError, made, request, withQuery, type Page, type Row, type Schemas } from "./client";

type Change = Schemas["RecordChange"];
type Changes = Schemas["RecordChanges"];
type Frame =
  { frame: "changes"; data: Change[]; cursor: string } | { frame: "pong"; cursor: string } | { frame: "reconnect" };

const store = createStore({ connected: false, unseen: {} as Record<string, readonly string[]> });
export const useLive = store.use;

/** Ids of what is new and was not shown yet. */
export const announced = (name: string) => store.get().unseen[name] ?? [];

export function markSeen(name: string, ids = announced(name)) {
  const left = announced(name).filter((id) => !ids.includes(id));
  if (left.length < announced(name).length) store.set(({ unseen }) => ({ unseen: { ...unseen, [name]: left } }));
}

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const REMEMBERED = 500;

let cursor: string | null = null;
const heard = new Set<string>(); // a change may be told twice

function isNews({ id, version }: Change) {
  const key = `${id}@${version}`;
  if (heard.has(key)) return false;
  heard.add(key);
  if (heard.size > REMEMBERED) heard.delete(heard.values().next().value!);
  return true;
}

type Rows = InfiniteData<Page<Row>>;

const holds = (client: QueryClient, name: string, id: string) =>
  client
    .getQueriesData<Rows>({ queryKey: [name, "list"] })
    .some(([, rows]) => rows?.pages.some((page) => page.data.some((row) => row.id === id)));

/** Also where a first answer is still on its way: it may be older than the change, and would not be asked for again by itself. */
async function askAgain(client: QueryClient, queryKey: string[]) {
  await client.cancelQueries({ queryKey, predicate: ({ state }) => state.data === undefined });
  await client.invalidateQueries({ queryKey });
}

/** Puts the row as it is now where it is shown, unless a newer one is there; it goes where it was deleted or may not be read any more. */
async function showAgain(client: QueryClient, { name }: Resource, id: string) {
  void askAgain(client, [name, id]);
  void askAgain(client, [name, "current"]); // what is announced, wherever one is
  void askAgain(client, [name, "name", id]);
  if (!holds(client, name, id)) return;
  const now = await api.get(name, id).catch((error: unknown) => {
    if (error instanceof ApiError) return [403, 404].includes(error.status) ? null : undefined;
    throw error;
  });
  if (now === undefined) return; // it could not be asked: who was cut off catches up
  const inPage = (page: Page<Row>) => ({
    ...page,
    data: now
      ? page.data.map((row) => (row.id === id && row.version < now.version ? now : row))
      : page.data.filter((row) => row.id !== id),
  });
  client.setQueriesData<Rows>(
    { queryKey: [name, "list"] },
    (rows) => rows && { ...rows, pages: rows.pages.map(inPage) },
  );
}

function hear(client: QueryClient, changes: Change[]) {
  for (const change of changes.filter(isNews)) {
    const res = resource(change.resource);
    if (!res) continue;
    // A new row is only counted: a list never jumps under the reader. What was made here is there already, and so may others be.
    if (change.version > 1) void showAgain(client, res, change.id);
    else if (!made.has(change.id) && !holds(client, res.name, change.id))
      store.set(({ unseen }) => ({ unseen: { ...unseen, [res.name]: [...announced(res.name), change.id] } }));
  }
}

/** What was told while there was no socket; everything anew when that is too long ago. */
async function catchUp(client: QueryClient) {
  try {
    for (let more = true; more;) {
      const missed: Changes = await request<Changes>("GET", withQuery("/realtime/events", { after: cursor }));
      hear(client, missed.data);
      cursor = missed.cursor;
      more = missed.more;
    }
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "cursor_gone") throw error;
    cursor = null;
    void client.invalidateQueries();
  }
}

const jitter = (ms: number) => ms * (0.75 + Math.random() / 2);

/** Keeps a socket open as long as the page is. */
export async function connect(client: QueryClient, waitMs = SHORTEST_WAIT_MS): Promise<void> {
  const again = (nextMs: number) => {
    store.set(() => ({ connected: false }));
    setTimeout(() => void connect(client, nextMs), jitter(waitMs));
  };
  try {
    const ticket = await request<Schemas["Ticket"]>("POST", "/realtime/ticket", {});
    cursor ??= ticket.cursor;
    await stayOpen(client, ticket);
    again(SHORTEST_WAIT_MS);
  } catch {
    again(Math.min(waitMs * 2, LONGEST_WAIT_MS)); // the server could not be reached: it is asked again, less and less often
  }
}

/** Resolves when a socket that was open is closed; rejects when none opens. */
function stayOpen(client: QueryClient, ticket: Schemas["Ticket"]) {
  return new Promise<void>((resolve, reject) => {
    const socket = new WebSocket(ticket.url);
    let ping: number | undefined;
    let renewal: number | undefined;
    let answered = true;
    let told = false; // what was missed: before that it is of no use
    // A connection that is cut says nothing: a ping without an answer ends it, and so does the browser's own word.
    const ask = () => {
      if (!answered) return end();
      answered = false;
      socket.send('{"frame": "ping"}');
    };
    socket.onopen = () => {
      store.set(() => ({ connected: true }));
      window.addEventListener("offline", end);
      ping = window.setInterval(ask, ticket.ping_every * 1000);
      renewal = window.setTimeout(() => socket.close(), jitter(ticket.reconnect_after * 1000 * 0.8));
      catchUp(client).then(() => (told = true), end);
    };
    socket.onmessage = ({ data }) => {
      const frame: Frame = JSON.parse(data);
      answered = true;
      if (frame.frame === "reconnect") return socket.close();
      if (frame.frame === "changes") hear(client, frame.data);
      cursor = frame.cursor;
    };
    function end() {
      socket.onclose = null;
      socket.close();
      window.removeEventListener("offline", end);
      clearInterval(ping);
      clearTimeout(renewal);
      if (told) resolve();
      else reject(new Error("the socket did not open"));
    }
    socket.onclose = end;
  });
}
