// The board of leads: a column for each state. A card is moved by its menu, so the keyboard and a phone will do.
import { useQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { toast } from "sonner";
import { Link } from "wouter";
import { api, request, type Row, type Schemas } from "../api/client";
import { ActionDialog, asks } from "../engine/action_dialog";
import { possible, resource, type Action } from "../engine/define";
import { number, Time, valueName } from "../engine/format";
import { complain, useVerb } from "../engine/rows";
import { verbName } from "../engine/words";
import { text, useText } from "../text";
import { daysLeft } from "./trial";

const STATES = ["new", "contacted", "qualified", "trial", "won", "lost"];
const MOST = 50;

export default function Pipeline() {
  const words = useText().leads;
  const [asking, setAsking] = useState<{ action: Action; row: Row } | null>(null);
  const res = resource("leads")!;
  return (
    <div className="space-y-4 p-4 sm:p-6">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h1 className="page-title">{words.board}</h1>
        <Rate />
        <Link href="/leads" className="text-accent sm:ml-auto">
          {words.all}
        </Link>
      </div>
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-6">
        {STATES.map((status) => (
          <Column key={status} status={status} ask={(action, row) => setAsking({ action, row })} />
        ))}
      </div>
      {asking && <ActionDialog res={res} rows={[asking.row]} action={asking.action} close={() => setAsking(null)} />}
    </div>
  );
}

function Rate() {
  const words = text().leads;
  const { data } = useQuery({
    queryKey: ["leads", "funnel"],
    queryFn: () => request<Schemas["Funnel"]>("GET", "/leads/funnel"),
  });
  if (!data) return null;
  const rate = data.conversion_per_mille;
  return <p className="text-ink-2">{rate == null ? words.undecided : words.rate(rate)}</p>;
}

type Ask = (action: Action, row: Row) => void;

function Column({ status, ask }: { status: string; ask: Ask }) {
  const { data, error } = useQuery({
    queryKey: ["leads", "board", status],
    queryFn: () => api.list("leads", { filters: { status }, sort: "-score", limit: MOST }),
  });
  const rows = data?.data ?? [];
  const name = valueName("LeadStatus", status);
  return (
    <section aria-label={name} className="min-w-0 rounded-lg bg-fill p-2">
      <h2 className="flex items-baseline justify-between px-1 pb-2 font-medium">
        <Link href={`/leads?status=${status}`}>{name}</Link>
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
      {data && rows.length === 0 && <p className="px-1 pb-1 text-ink-2">{text().leads.none}</p>}
      <ul className="max-h-[70vh] space-y-2 overflow-auto">
        {rows.map((row) => (
          <Card key={row.id} row={row} ask={ask} />
        ))}
      </ul>
    </section>
  );
}

function Card({ row, ask }: { row: Row; ask: Ask }) {
  const words = text().leads;
  return (
    <li className="card p-2">
      <div className="flex items-start gap-2">
        <Link href={`/leads/${row.id}`} className="min-w-0 flex-1 font-medium break-words hover:underline">
          {resource("leads")!.title(row)}
        </Link>
        <Moves row={row} ask={ask} />
      </div>
      <p className="text-xs break-words text-ink-2">
        {row.name} · {words.points(row.score)}
      </p>
      {row.status === "trial" && <p className="text-xs text-ink-2">{words.daysLeft(daysLeft(row))}</p>}
      {row.next_step && (
        <p className="text-xs break-words text-ink-2">
          {row.next_step} {row.next_step_at && <Time at={row.next_step_at} />}
        </p>
      )}
    </li>
  );
}

/** What can be done to the lead where it is. */
function Moves({ row, ask }: { row: Row; ask: Ask }) {
  const res = resource("leads")!;
  const run = useVerb(res);
  const offered = possible(res, [row]);
  if (offered.length === 0) return null;
  const act = (action: Action) => {
    if (asks(action)) return ask(action, row);
    return run(action.verb, [row]).then(
      () => toast.success(text().saved.done(verbName(action.verb), res.title(row))),
      complain,
    );
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn btn-ghost -my-1" aria-label={text().leads.move(res.title(row))}>
        <Ellipsis size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById("main")}>
        <DropdownMenu.Content className="popover w-52 p-1" align="end" sideOffset={6}>
          {offered.map((action) => (
            <DropdownMenu.Item key={action.verb} className="menu-item cursor-pointer" onSelect={() => void act(action)}>
              {verbName(action.verb)}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
