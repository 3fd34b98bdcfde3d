// Who uses the console, what they may do, and in which currency and time zone the company thinks.
import { createStore } from "../ui/store";
import { api, type Money, type Schemas } from "./client";

type Me = Schemas["Me"];

const store = createStore<{ me: Me | null }>({ me: null });
export const useMe = () => store.use().me;

export async function loadMe() {
  const me = await api.me();
  store.set(() => ({ me }));
  return me;
}

export const account = () => {
  const me = store.get().me as (Me & { account?: { currency: Money["currency"]; zone: string } }) | null;
  return { currency: me?.account?.currency ?? ("EUR" as const), zone: me?.account?.zone ?? "UTC" };
};

/** Permissions may end or begin with a star: `invoices.*`, `*.read`. */
export function may(permission: string) {
  const [feature, verb] = permission.split(".");
  const held = store.get().me?.permissions ?? [];
  return ["*", permission, `${feature}.*`, `*.${verb}`].some((each) => held.includes(each));
}
