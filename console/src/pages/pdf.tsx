// A PDF beside what is known of it, where there is room.
import { useState, useSyncExternalStore } from "react";

const WIDE = matchMedia("(min-width: 1280px)");
export const RENEWED_MS = 4 * 60_000; // a link lives for five minutes

export const useWide = () =>
  useSyncExternalStore(
    (changed) => {
      WIDE.addEventListener("change", changed);
      return () => WIDE.removeEventListener("change", changed);
    },
    () => WIDE.matches,
  );

/** Keeps the first link, since a new one would load the same document again. */
export function Pdf({ link }: { link: { url: string; filename: string } }) {
  const [url] = useState(link.url);
  return (
    <iframe
      className="card aspect-[1/1.42] w-full"
      title={link.filename}
      src={`${url}#toolbar=0&navpanes=0&view=FitH`}
    />
  );
}
