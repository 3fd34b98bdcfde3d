// A secret that the API shows once: kept on the screen until somebody says that they have it.
import { Dialog } from "radix-ui";
import { Layer } from "../ui/layer";
import { Copy } from "lucide-react";
import type { Row } from "../api/client";
import { text, useText } from "../text";
import { createStore } from "../ui/store";
import type { Resource } from "./define";
import { copy } from "./format";

const store = createStore<{ secret: string | null; title: string }>({ secret: null, title: "" });

/** Whether there was something to show. */
export function showOnce(res: Resource, answer: Row | undefined | void) {
  if (typeof res.once === "function") {
    if (answer?.token) res.once(answer);
    return Boolean(answer?.token);
  }
  const secret = res.once && answer?.[res.once];
  if (!secret) return false;
  store.set(() => ({ secret, title: res.title(answer!) }));
  return true;
}

export function ShownOnce() {
  useText();
  const { secret, title } = store.use();
  const words = text().once;
  return (
    <Layer
      described
      open={secret !== null}
      className="popover fixed top-[18%] left-1/2 w-[min(520px,92vw)] -translate-x-1/2 p-5"
    >
      <Dialog.Title className="section-title">{title}</Dialog.Title>
      <Dialog.Description className="mt-1 text-ink-2">{words.hint}</Dialog.Description>
      <div className="mt-4 flex items-center gap-2">
        <output className="input flex h-auto items-center py-2 font-mono text-xs break-all">{secret}</output>
        <button className="btn" onClick={() => copy(secret!, words.secret)}>
          <Copy size={13} />
          {text().verb.copy(words.secret)}
        </button>
      </div>
      <div className="mt-5 flex justify-end">
        <button className="btn btn-primary" onClick={() => store.set(() => ({ secret: null }))}>
          {words.kept}
        </button>
      </div>
    </Layer>
  );
}
