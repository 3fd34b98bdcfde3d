// Who uses the console, what they may do, and in which currency and time zone the company thinks.
import { speak } from "../text";
import { createStore } from "../ui/store";
import { showTheme } from "../ui/theme";
import { acting } from "./acting";
import { api, request, type Schemas } from "./client";

export type Me = Schemas["Me"];

const store = createStore<{ me: Me | null }>({ me: null });
export const useMe = () => store.use().me;

/** Takes what the API says of whoever is signed in, and shows the console the way they want it. */
async function take(me: Me) {
  await speak(me.preferences?.language ?? me.company?.language ?? "en");
  showTheme(me.preferences?.theme ?? "system");
  store.set(() => ({ me }));
  return me;
}

export const loadMe = () => api.me().then(take);

export async function prefer(changes: Partial<Schemas["Preferences"]>) {
  return take(await request<Me>("PATCH", "/me", changes));
}

/** What a new customer begins with: what the company has itself. */
export const home = () => {
  const company = store.get().me?.company;
  return { zone: company?.zone ?? "UTC", language: company?.language ?? "en" };
};

/** `currency` and `zone` are the company's, unless a member has chosen another zone; never the browser's. */
export const account = () => {
  const me = store.get().me;
  const zone = me?.preferences?.zone ?? me?.company?.zone ?? "UTC";
  return { id: me?.id ?? "", currency: me?.company?.currency ?? ("EUR" as const), zone };
};

export const shortcutsOn = () => store.get().me?.preferences?.shortcuts !== false;

/** Permissions may end or begin with a star: `invoices.*`, `*.read`. */
export function may(permission: string) {
  const [feature, verb] = permission.split(".");
  const held = acting()?.permissions ?? store.get().me?.permissions ?? [];
  return ["*", permission, `${feature}.*`, `*.${verb}`].some((each) => held.includes(each));
}
