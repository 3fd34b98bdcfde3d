// Single-key shortcuts that stay out of the way of typing, and that can be switched off.
import { useEffect, useRef } from "react";
import { shortcutsOn } from "../api/account";

export const modKey = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl ";

const typing = (target: EventTarget | null) =>
  target instanceof Element &&
  target.closest("input:not([type=checkbox]),textarea,select,[role=dialog],[role=menu]") !== null;
const pressing = (target: EventTarget | null) => target instanceof Element && target.closest("a,button") !== null;

/** Keys are `KeyboardEvent.key`; two keys in a row are written "g t". */
export function useKeys(keys: Record<string, () => void>) {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    let before = "";
    const onKeyDown = (event: KeyboardEvent) => {
      if (!shortcutsOn() || typing(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key === "Enter" && pressing(event.target)) return;
      const run = latest.current[`${before} ${event.key}`] ?? (before === "g" ? undefined : latest.current[event.key]);
      before = event.key;
      if (!run) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}
