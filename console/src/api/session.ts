// Who is signed in. The access token lives in memory alone; the cookie that renews it is out of a script's reach.
import { createStore } from "../ui/store";
import type { components } from "./schema";

type SignedIn = components["schemas"]["SignedIn"];
type Challenge = components["schemas"]["Challenge"];
/** `expired`: the page stays as it is, and asks to sign in again over it. */
type State = { status: "starting" | "out" | "in" | "expired"; unreachable?: boolean };

const session = createStore<State>({ status: "starting" });
export const useSession = session.use;

const SIGNED_IN = "signed-in"; // remembered so that a first visit does not ask for a session that cannot be there
const EARLY_MS = 60_000;

let access = "";
let waiting: (() => void)[] = [];
let renewal: number | undefined;

export const token = () => access;

function take({ access_token, expires_in }: SignedIn) {
  access = access_token;
  localStorage.setItem(SIGNED_IN, "yes");
  clearTimeout(renewal);
  renewal = window.setTimeout(() => void renew(access), expires_in * 1000 - EARLY_MS);
  session.set(() => ({ status: "in", unreachable: false }));
  waiting.forEach((resume) => resume());
  waiting = [];
}

function lose() {
  access = "";
  clearTimeout(renewal);
  session.set(({ status }) => ({ status: status === "starting" || status === "out" ? "out" : "expired" }));
}

const post = (path: string, body: object = {}) =>
  fetch(`/v1/auth/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    keepalive: true, // a renewal changes the cookie: its answer must arrive, even when the page is left meanwhile
  });

const LONGEST_WAIT_MS = 15_000;

/** What the cookie is answered. Only an answer ends a session: while there is none, or none of the function itself, it is asked again. */
async function renewed(waitMs = 1000): Promise<Response> {
  const response = await post("refresh").catch(lost);
  if (response && response.status < 500 && response.status !== 429) return response;
  session.set(() => ({ unreachable: true }));
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  return renewed(Math.min(waitMs * 2, LONGEST_WAIT_MS));
}

function lost(error: unknown): null {
  if (!(error instanceof TypeError)) throw error; // fetch's word for a network that failed
  return null;
}

/** A token other than `stale`: from the cookie, one tab at a time, since each renewal changes it; else when somebody signs in. */
export async function renew(stale: string): Promise<void> {
  await navigator.locks.request("session", async () => {
    if (access !== stale) return;
    const response = await renewed();
    if (response.ok) take(await response.json());
    else lose();
  });
  if (access === "") await new Promise<void>((resume) => waiting.push(resume));
}

/** Goes on with the session of the last visit, if there is one. */
export function start() {
  if (localStorage.getItem(SIGNED_IN)) void renew("");
  else lose();
}

/** What the answer means: a challenge to answer, or null when signed in. Throws the problem. */
export async function enter(path: "login" | "mfa", body: object): Promise<Challenge | null> {
  const response = await post(path, body);
  const answer = await response
    .json()
    .catch(() => ({ title: response.statusText || "No answer", status: response.status }));
  if (!response.ok) throw answer as components["schemas"]["Problem"];
  if ("challenge" in answer) return answer as Challenge;
  take(answer as SignedIn);
  return null;
}

/** False where the session goes on, since nobody heard of it. */
export async function leave() {
  const response = await post("logout").catch(lost);
  if (!response?.ok && response?.status !== 401) return false;
  localStorage.removeItem(SIGNED_IN);
  location.assign("/");
  return true;
}
