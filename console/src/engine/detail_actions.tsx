// The verbs of one record: the first ones as buttons, the rest behind a menu, with the record as JSON and as a curl line.
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { Dialog, DropdownMenu } from "radix-ui";
import { Layer } from "../ui/layer";
import { Suspense, useState } from "react";
import { toast } from "sonner";
import { useLocation } from "wouter";
import type { Row } from "../api/client";
import { text } from "../text";
import { ActionDialog, asks } from "./action_dialog";
import { changes, declares, possible, type Action, type Resource } from "./define";
import { copy } from "./format";
import { FormSheet } from "./form";
import { useKeys } from "./keyboard";
import { useOffer } from "./offered";
import { showOnce } from "./once";
import { complain, useDelete, useVerb } from "./rows";
import { verbName, wordsOf } from "./words";

type Props = { res: Resource; row: Row };
const MOST_BUTTONS = 2;
const DELETE: Action = { verb: "delete", final: true };

const curl = (res: Resource, id: string) =>
  `curl -H "authorization: Bearer $TOKEN" ${location.origin}/v1/${res.name}/${id}`;

export function DetailActions({ res, row }: Props) {
  const [, go] = useLocation();
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState<Action | null>(null);
  const [raw, setRaw] = useState(false);
  const run = useVerb(res);
  const remove = useDelete(res);
  const canWrite = changes(res);
  const canEdit = canWrite && declares(res, "edit") && !row.deleted_at;
  useKeys({ e: () => canEdit && setEditing(true) });

  const act = (action: Action) => {
    if (action.dialog || asks(action)) return setAsking(action);
    return run(action.verb, [row]).then(
      ({ answer }) => showOnce(res, answer) || toast.success(text().saved.done(verbName(action.verb), res.title(row))),
      complain,
    );
  };
  const destroy = async () => {
    if (!declares(res, "restore")) return setAsking(DELETE);
    if (await remove([row])) go(`/${res.name}`);
  };

  const offered = possible(res, [row]);
  useOffer([
    ...(canEdit ? [{ name: text().verb.edit, run: () => setEditing(true) }] : []),
    ...offered.map((action) => ({ name: verbName(action.verb), run: () => void act(action) })),
    { name: text().detail.raw, run: () => setRaw(true) },
  ]);
  const button = (action: Action) => (
    <button key={action.verb} className="btn max-sm:hidden" onClick={() => void act(action)}>
      {verbName(action.verb)}
    </button>
  );
  return (
    <div className="flex gap-2 sm:ml-auto">
      {offered.slice(0, MOST_BUTTONS).map(button)}
      {row.deleted_at && canWrite && declares(res, "restore") && (
        <button
          className="btn btn-primary"
          onClick={() =>
            run("restore", [row]).then(() => toast.success(text().saved.restored(res.title(row))), complain)
          }
        >
          {text().verb.restore}
        </button>
      )}
      {canEdit && (
        <button className="btn" onClick={() => setEditing(true)}>
          <Pencil size={13} />
          {text().verb.edit}
        </button>
      )}
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="btn" aria-label={text().verb.more}>
          <Ellipsis size={14} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal container={document.getElementById("main")}>
          <DropdownMenu.Content className="popover w-52 p-1" align="end" sideOffset={6}>
            {offered.map((action, index) => (
              <DropdownMenu.Item
                key={action.verb}
                className={`menu-item cursor-pointer ${index < MOST_BUTTONS ? "sm:hidden" : ""}`}
                onSelect={() => void act(action)}
              >
                {verbName(action.verb)}
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Item className="menu-item cursor-pointer" onSelect={() => setRaw(true)}>
              {text().detail.raw}
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className="menu-item cursor-pointer"
              onSelect={() => void copy(curl(res, row.id), "curl")}
            >
              {text().detail.curl}
            </DropdownMenu.Item>
            {canWrite && declares(res, "delete") && !row.deleted_at && (
              <DropdownMenu.Item className="menu-item cursor-pointer text-bad" onSelect={() => void destroy()}>
                <Trash2 size={13} />
                {text().verb.delete}
              </DropdownMenu.Item>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <FormSheet res={res} row={row} open={editing} close={() => setEditing(false)} />
      {asking?.dialog && (
        <Suspense>
          <asking.dialog row={row} close={() => setAsking(null)} />
        </Suspense>
      )}
      {asking && !asking.dialog && (
        <ActionDialog res={res} rows={[row]} action={asking} close={() => setAsking(null)} />
      )}
      {raw && <Raw res={res} row={row} close={() => setRaw(false)} />}
    </div>
  );
}

function Raw({ res, row, close }: Props & { close: () => void }) {
  const json = JSON.stringify(row, null, 2);
  return (
    <Layer
      close={close}
      className="popover fixed top-[8%] left-1/2 flex max-h-[84vh] w-[min(680px,94vw)] -translate-x-1/2 flex-col p-5"
    >
      <Dialog.Title className="section-title mb-3">
        {wordsOf(res).one}: {text().detail.raw}
      </Dialog.Title>
      <pre
        tabIndex={0}
        role="region"
        aria-label={text().detail.raw}
        className="min-h-0 flex-1 overflow-auto rounded-lg bg-canvas p-3 font-mono text-xs"
      >
        {json}
      </pre>
      <div className="mt-4 flex justify-end gap-2">
        <button className="btn" onClick={() => copy(json, "JSON")}>
          {text().verb.copy("JSON")}
        </button>
        <Dialog.Close className="btn">{text().verb.close}</Dialog.Close>
      </div>
    </Layer>
  );
}
