// What a checklist's page shows above its fields: how far it is, and its items with what can be done to each.
import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import type { Row, Schemas } from "../api/client";
import { changes, resource } from "../engine/define";
import { Badge, Time, valueName } from "../engine/format";
import { RefName } from "../engine/names";
import { complain, useVerb } from "../engine/rows";
import { verbName } from "../engine/words";
import { text, useText } from "../text";
import { Progress } from "./progress";
import { took } from "./took";

type Item = Schemas["ChecklistItem"];

export default function Checklist({ row }: { row: Row }) {
  const words = useText().onboarding;
  const items = row.items as Item[];
  return (
    <section className="card p-4">
      <h2 className="section-title">{words.items}</h2>
      <p className="mt-1 text-ink-2">
        {words.progress(row.done, row.total)}
        {row.overdue > 0 && <span className="text-warn"> · {words.overdue(row.overdue)}</span>}
        {row.time_to_value != null && ` · ${words.took} ${took(row.time_to_value)}`}
      </p>
      <Progress percent={row.percent} label={words.progress(row.done, row.total)} />
      <ol className="mt-2 divide-y divide-line">
        {items.map((item) => (
          <Line key={item.key} row={row} item={item} waits={openBefore(items, item)} />
        ))}
      </ol>
    </section>
  );
}

/** Titles of what must be done or skipped before it. */
const openBefore = (items: Item[], item: Item) =>
  items.filter(({ key, status }) => item.needs.includes(key) && status === "open").map(({ title }) => title);

function Line({ row, item, waits }: { row: Row; item: Item; waits: string[] }) {
  const words = text().onboarding;
  const open = item.status === "open";
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 py-2">
      <div className="min-w-48 flex-1">
        <p className="font-medium break-words">{item.title}</p>
        {item.description && <p className="break-words text-ink-2">{item.description}</p>}
        <p className="flex flex-wrap gap-x-3 text-xs break-words text-ink-2">
          {open && waits.length > 0 && <span>{`${words.waits} ${waits.join(", ")}`}</span>}
          {open && item.due_at && (
            <span className={item.overdue_at ? "text-warn" : ""}>
              {words.due} <Time at={item.due_at} />
            </span>
          )}
          {open && item.done_by && <span>{`${words.ticks} ${valueName("DoneBy", item.done_by)}`}</span>}
          {!open && item.at && item.by && (
            <span>
              <Time at={item.at} /> {words.by} <Author by={item.by} />
            </span>
          )}
          {item.reason && <span>{item.reason}</span>}
          {item.value && <span>{words.value}</span>}
        </p>
      </div>
      <Badge value={item.status} values="ItemStatus" />
      {changes(resource("onboarding")!) && row.status !== "canceled" && (
        <Deeds row={row} item={item} blocked={waits.length > 0} />
      )}
    </li>
  );
}

function Author({ by }: { by: string }) {
  return by.startsWith("stf_") ? <RefName res={resource("staff")!} id={by} /> : <>{valueName("DoneBy", by)}</>;
}

function Deeds({ row, item, blocked }: { row: Row; item: Item; blocked: boolean }) {
  const run = useVerb(resource("onboarding")!);
  const [skipping, setSkipping] = useState(false);
  const act = (verb: string, more: object = {}) =>
    run(verb, [row], { item: item.key, ...more }).then(() => {
      setSkipping(false);
      toast.success(text().saved.done(verbName(verb), item.title));
    }, complain);
  const button = (verb: string, onClick: () => void, disabled = false) => (
    <button className="btn" aria-label={`${verbName(verb)}: ${item.title}`} onClick={onClick} disabled={disabled}>
      {verbName(verb)}
    </button>
  );
  if (item.status !== "open") return button("reopen", () => void act("reopen"));
  if (skipping) return <Why item={item} close={() => setSkipping(false)} skip={(reason) => act("skip", { reason })} />;
  return (
    <span className="flex gap-2">
      {button("tick", () => void act("tick"), blocked)}
      {button("skip", () => setSkipping(true))}
    </span>
  );
}

function Why({ item, close, skip }: { item: Item; close: () => void; skip: (reason: string) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    skip(String(new FormData(event.currentTarget).get("reason")).trim());
  };
  const id = `why-${item.key}`;
  return (
    <form onSubmit={submit} className="flex w-full flex-wrap items-end gap-2">
      <label className="min-w-0 flex-1" htmlFor={id}>
        <span className="mb-1 block font-medium">{text().onboarding.reason}</span>
        <input id={id} name="reason" className="input" required maxLength={200} autoFocus />
      </label>
      <button type="button" className="btn" onClick={close}>
        {text().verb.cancel}
      </button>
      <button className="btn btn-primary">{verbName("skip")}</button>
    </form>
  );
}
