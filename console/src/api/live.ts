// The WebSocket: events say what changed, never the data; the cache then asks again with the user's own rights.
import type { QueryClient } from "@tanstack/react-query";
import { createStore } from "../ui/store";

const store = createStore({ connected: false, unseen: {} as Record<string, number> });
export const useLive = store.use;

export function markSeen(name: string) {
  store.set((state) => ({ unseen: { ...state.unseen, [name]: 0 } }));
}

export async function connect(_queryClient: QueryClient) {}
