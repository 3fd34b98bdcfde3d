// What was typed is not thrown away by a slip: who closes a form or leaves the page is asked first.
import { useEffect, useRef, useState } from "react";
import type { Row } from "../api/client";
import { text } from "../text";
import type { Field } from "./define";
import { edited } from "./edited";

/** Asked when the browser goes back or forth, whether the page and its address stay. Listens from the start, so before the router. */
const guards = new Set<() => boolean>();
addEventListener("popstate", (event) => {
  if ([...guards].some((stay) => stay())) event.stopImmediatePropagation();
});

/** `leave` closes; `tryToLeave` asks first where something was typed, by a `question` that is shown in the form's own layer. */
export function useDiscard(fields: Field[], row: Row | undefined, close: () => void) {
  const form = useRef<HTMLFormElement>(null);
  const [asking, setAsking] = useState(false);
  const isDirty = () => form.current !== null && edited(fields, form.current, row).length > 0;
  useEffect(() => {
    const here = location.href;
    const warn = (event: BeforeUnloadEvent) => {
      if (isDirty()) event.preventDefault();
    };
    const stay = () => {
      if (!isDirty()) return false;
      history.pushState(null, "", here);
      setAsking(true);
      return true;
    };
    addEventListener("beforeunload", warn);
    guards.add(stay);
    return () => {
      removeEventListener("beforeunload", warn);
      guards.delete(stay);
    };
  }, [fields, row]);
  const leave = () => {
    setAsking(false);
    close();
  };
  const tryToLeave = () => {
    if (!asking && isDirty()) setAsking(true);
    else leave();
  };
  const question = asking && <Question discard={leave} stay={() => setAsking(false)} />;
  return { form, leave, tryToLeave, question };
}

function Question({ discard, stay }: { discard: () => void; stay: () => void }) {
  return (
    <div role="alert" className="flex items-center gap-2 border-t border-line bg-warn-soft p-3">
      <p className="mr-auto font-medium text-warn">{text().form.discardTitle}</p>
      <button className="btn text-bad" onClick={discard}>
        {text().verb.discard}
      </button>
      <button className="btn" onClick={stay} autoFocus>
        {text().verb.keepEditing}
      </button>
    </div>
  );
}
