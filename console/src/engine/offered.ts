// What can be done with the record on the screen, for the palette to offer too.
import { useEffect } from "react";
import { createStore } from "../ui/store";

export type Deed = { name: string; run: () => void };

const store = createStore({ deeds: [] as Deed[] });
export const useOffered = () => store.use().deeds;

/** As long as the record is shown. */
export function useOffer(deeds: Deed[]) {
  useEffect(() => {
    store.set(() => ({ deeds }));
  });
  useEffect(() => () => store.set(() => ({ deeds: [] })), []);
}
