// Who uses the console, what they may do, and in which currency and time zone the company thinks.
import { createStore } from "../ui/store";
import { speak } from "../text";
import { api, request, type Money, type Schemas } from "./client";

export type Me = Schemas["Me"];

const store = createStore<{ me: Me | null }>({ me: null });
export const useMe = () => store.use().me;

/** Takes what the API says of whoever is signed in, and shows the console the way they want it. */
async function take(me: Me) {
  store.set(() => ({ me }));
  return me;
}

export const loadMe = () => api.me().then(take);

export async function prefer(changes: Partial<Schemas["Preferences"]>) {
  return take(await request<Me>("PATCH", "/me", changes));
}

export const account = () => {
  const me = store.get().me;
  return { id: me?.id ?? "", currency: "EUR" as Money["currency"], zone: "UTC" };
};

/** Permissions may end or begin with a star: `invoices.*`, `*.read`. */
export function may(permission: string) {
  const [feature, verb] = permission.split(".");
  const held = store.get().me?.permissions ?? [];
  return ["*", permission, `${feature}.*`, `*.${verb}`].some((each) => held.includes(each));
}
void speak;
