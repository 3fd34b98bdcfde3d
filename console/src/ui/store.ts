// A value outside React that components can watch.
import { useSyncExternalStore } from "react";

export function createStore<T extends object>(initial: T) {
  let state = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get: () => state,
    use: () => useSyncExternalStore(subscribe, () => state),
    set: (change: (state: T) => Partial<T>) => {
      state = { ...state, ...change(state) };
      listeners.forEach((listener) => listener());
    },
  };
}
