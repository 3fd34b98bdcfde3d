// The board of onboarding: which tenants are on their way, who is late, and who has everything.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api, type Row, type Schemas } from "../api/client";
import { changes, resource } from "../engine/define";
import { FormSheet } from "../engine/form";
import { number } from "../engine/format";
import { RefName } from "../engine/names";
import { wordsOf } from "../engine/words";
import { text, useText } from "../text";
import { Progress } from "./progress";
import { took } from "./took";

const COLUMNS = {
  open: { filters: { status: "open", overdue__lte: "0" }, sort: "-created_at" },
  overdue: { filters: { status: "open", overdue__gte: "1" }, sort: "-overdue" },
  completed: { filters: { status: "completed" }, sort: "-created_at" },
};
const MOST = 50;

export default function FirstSteps() {
  const words = useText().onboarding;
  const [open, setOpen] = useState(false);
  const res = resource("onboarding")!;
  return (
    <div className="space-y-4 p-4 sm:p-6">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h1 className="page-title">{words.board}</h1>
        <Link href="/onboarding" className="text-accent sm:ml-auto">
          {words.all}
        </Link>
        {changes(res) && (
          <button className="btn" onClick={() => setOpen(true)}>
            {wordsOf(res).fresh}
          </button>
        )}
      </div>
      <FormSheet res={res} open={open} close={() => setOpen(false)} />
      <div className="grid gap-3 lg:grid-cols-3">
        {(Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).map((name) => (
          <Column key={name} name={name} />
        ))}
      </div>
    </div>
  );
}

function Column({ name }: { name: keyof typeof COLUMNS }) {
  const words = text().onboarding;
  const { filters, sort } = COLUMNS[name];
  const { data, error } = useQuery({
    queryKey: ["onboarding", "board", name],
    queryFn: () => api.list("onboarding", { filters, sort, limit: MOST }),
  });
  const rows = data?.data ?? [];
  return (
    <section aria-label={words.columns[name]} className="min-w-0 rounded-lg bg-fill p-2">
      <h2 className="flex items-baseline justify-between px-1 pb-2 font-medium">
        <Link href={`/onboarding?${new URLSearchParams(filters)}`}>{words.columns[name]}</Link>
        <span className="text-xs text-ink-2 tabular-nums">
          {data && number(rows.length) + (data.next_cursor ? "+" : "")}
        </span>
      </h2>
      {error && (
        <p role="alert" className="px-1 text-bad">
          {error.message}
        </p>
      )}
      {!data && !error && <div className="skeleton h-16" aria-busy />}
      {data && rows.length === 0 && <p className="px-1 pb-1 text-ink-2">{words.none}</p>}
      <ul className="max-h-[70vh] space-y-2 overflow-auto">
        {rows.map((row) => (
          <Card key={row.id} row={row} />
        ))}
      </ul>
    </section>
  );
}

function Card({ row }: { row: Row }) {
  const words = text().onboarding;
  const next = (row.items as Schemas["ChecklistItem"][]).find(({ status }) => status === "open");
  return (
    <li className="card p-2">
      <Link href={`/onboarding/${row.id}`} className="font-medium break-words hover:underline">
        <RefName res={resource("tenants")!} id={row.tenant_id} />
      </Link>
      <Progress percent={row.percent} label={words.progress(row.done, row.total)} />
      <p className="text-xs break-words text-ink-2">
        {words.progress(row.done, row.total)}
        {row.overdue > 0 && <span className="text-warn"> · {words.overdue(row.overdue)}</span>}
        {next && ` · ${words.next} ${next.title}`}
        {row.time_to_value != null && ` · ${words.took} ${took(row.time_to_value)}`}
      </p>
    </li>
  );
}
