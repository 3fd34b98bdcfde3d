// Where the focus goes when a dialog closes that no trigger has opened.
import { useRef } from "react";

/** For the content of a dialog: the focus returns to where it was, or to the button of the menu that it was in. */
export function useReturn() {
  const from = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: () => {
      const active = document.activeElement as HTMLElement | null;
      const menu = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
      from.current = menu ? document.getElementById(menu) : active;
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      from.current?.focus();
    },
  };
}
