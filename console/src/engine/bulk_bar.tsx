// What can be done with the selected rows.
import { useState } from "react";
import { toast } from "sonner";
import { may } from "../api/account";
import type { Row } from "../api/client";
import { text } from "../text";
import { ActionDialog, asks } from "./action_dialog";
import { declares, possible, type Action, type Resource } from "./define";
import { complain, useDelete, useVerb, what } from "./rows";
import { verbName } from "./words";

export function BulkBar({ res, rows, clear }: { res: Resource; rows: Row[]; clear: () => void }) {
  const run = useVerb(res);
  const remove = useDelete(res);
  const [asking, setAsking] = useState<Action | null>(null);
  if (rows.length === 0 || !may(`${res.permission}.write`)) return null;
  const gone = rows.every((row) => row.deleted_at);
  const start = async (verb: string) => {
    clear();
    await run(verb, rows).then(
      (done) => toast.success(text().saved.done(verbName(verb), what(res, done.rows))),
      complain,
    );
  };
  const restore = async () => {
    clear();
    await run("restore", rows).then((done) => toast.success(text().saved.restored(what(res, done.rows))), complain);
  };
  const offered = possible(res, rows).filter(({ bulk }) => bulk);
  return (
    <div
      role="toolbar"
      aria-label={text().list.bulk}
      className="popover fixed bottom-5 left-1/2 flex max-w-[94vw] -translate-x-1/2 items-center gap-2 overflow-x-auto p-2 pl-4"
    >
      <b className="font-medium whitespace-nowrap tabular-nums">{text().list.selected(rows.length)}</b>
      {offered.map((action) => (
        <button
          key={action.verb}
          className="btn"
          onClick={() => (asks(action) ? setAsking(action) : start(action.verb))}
        >
          {verbName(action.verb)}
        </button>
      ))}
      {gone && declares(res, "restore") && (
        <button className="btn" onClick={restore}>
          {text().verb.restore}
        </button>
      )}
      {!gone && declares(res, "delete") && declares(res, "restore") && (
        <button
          className="btn text-bad"
          onClick={() => {
            clear();
            void remove(rows);
          }}
        >
          {text().verb.delete}
        </button>
      )}
      <button className="btn btn-ghost" onClick={clear}>
        {text().verb.cancel}
      </button>
      {asking && (
        <ActionDialog
          res={res}
          rows={rows}
          action={asking}
          close={() => {
            setAsking(null);
            clear();
          }}
        />
      )}
    </div>
  );
}
