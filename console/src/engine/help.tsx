// The keyboard shortcuts, on `?`; here they can be switched off.
import { Dialog } from "radix-ui";
import { Layer } from "../ui/layer";
import { text, useText } from "../text";
import { resources } from "./define";
import { prefer, useMe } from "../api/account";
import { modKey } from "./keyboard";
import { wordsOf } from "./words";

export function Help({ open, close }: { open: boolean; close: () => void }) {
  useText();
  const on = useMe()?.preferences?.shortcuts !== false;
  const words = text().keys;
  const jumps = resources().filter((res) => res.hotkey).map((res) => [`g ${res.hotkey}`, words.jump(wordsOf(res).label)]); // prettier-ignore
  const keys = [["j", words.down], ["k", words.up], ["x", words.choose], ["Enter", words.open], ["e", words.edit], ["n", words.create], ["/", words.search], [`${modKey}K`, words.palette], ["?", words.help]]; // prettier-ignore
  return (
    <Layer
      open={open}
      close={close}
      className="popover fixed top-[10%] left-1/2 max-h-[80vh] w-[min(560px,92vw)] -translate-x-1/2 overflow-auto p-5"
    >
      <Dialog.Title className="section-title mb-3">{words.title}</Dialog.Title>
      <dl className="grid gap-x-8 gap-y-1.5 sm:grid-cols-2">
        {[...keys, ...jumps].map(([key, meaning]) => (
          <div key={key} className="flex items-center justify-between">
            <dt className="text-ink-2">{meaning}</dt>
            <dd>
              <kbd className="kbd">{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-5 flex items-center justify-between">
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={on} onChange={(event) => void prefer({ shortcuts: event.target.checked })} />
          {words.on}
        </label>
        <Dialog.Close className="btn">{text().verb.close}</Dialog.Close>
      </div>
    </Layer>
  );
}
