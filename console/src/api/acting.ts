// Acting as a tenant: its token lives in this window's memory alone, beside that of whoever acts. A page loaded anew is theirs again.
import { createStore } from "../ui/store";
import { cache } from "./cache";

export type Acting = { id: string; tenant_id: string; permissions: string[]; expires_at: string; writing: boolean };

const store = createStore<{ acting: Acting | null; token: string }>({ acting: null, token: "" });
export const useActing = () => store.use().acting;
export const acting = () => store.get().acting;

/** What stays one's own: who one is, and the socket. */
const OWN = /^\/(me|realtime)\b/;
export const actingToken = (path: string) => (OWN.test(path) ? "" : store.get().token);

/** From now on, what is shown is what the tenant may see; or, with null, what one may see oneself. */
export function become(acting: Acting | null, token = "") {
  cache.clear();
  store.set(() => ({ acting, token }));
}
