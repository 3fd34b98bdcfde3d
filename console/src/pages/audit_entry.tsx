// One entry of the audit log: a line, and behind it before and after, where it came from, and whether the record's chain holds.
import { ChevronRight } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Link } from "wouter";
import { type Entry, type Filters } from "../api/client";
import { resource, type Resourceful } from "../engine/define";
import { clock, CopyId, moment, plain } from "../engine/format";
import { RefName } from "../engine/names";
import { Actor, eventName } from "../engine/timeline";
import { Verify } from "../engine/verify";
import { label, wordsOf } from "../engine/words";
import { text } from "../text";

/** Whose page a record has, by the prefix of its id. */
const RECORDS: Record<string, Resourceful> = {
  ann: "announcements", art: "articles", bak: "backups", bal: "invoices/balances", chk: "health/checks", clk: "test-clocks",
  cnt: "content", con: "contacts", ctr: "contracts", ent: "content/entitlements", era: "audit/erasures", exp: "exports", flg: "flags",
  gat: "gateways", imp: "impersonation", inc: "health/incidents", ins: "insights/churn", inv: "invoices", ivt: "staff/invitations",
  key: "api-keys", lea: "leads", msg: "notifications", obt: "onboarding/templates", onb: "onboarding", pln: "plans", pmt: "payment-methods",
  pri: "prices", rec: "reconciliation", rol: "staff/roles", rru: "reconciliation/runs", ses: "staff/sessions", set: "settings/issuers",
  sla: "sla-policies", stf: "staff", sub: "subscriptions", tax: "settings/tax-rates", ten: "tenants", tic: "tickets",
  tpl: "contract-templates", txn: "transactions",
}; // prettier-ignore
const LONG = 3; // entries in a row that are shown as one

const recordOf = (subject: string) => resource(RECORDS[subject.split("_")[0]] ?? "");
type Narrow = (more: Filters) => void;

/** What happened to a record again and again, with nothing in between: one line, until somebody wants to see each. */
export function AuditRun({ run, narrow }: { run: Entry[]; narrow: Narrow }) {
  const [open, setOpen] = useState(false);
  if (run.length < LONG || open)
    return run.map((entry) => <AuditEntry key={entry.hash} entry={entry} narrow={narrow} />);
  return (
    <li>
      <Line entry={run[0]} times={run.length} open={false} toggle={() => setOpen(true)} />
    </li>
  );
}

function AuditEntry({ entry, narrow }: { entry: Entry; narrow: Narrow }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <Line entry={entry} open={open} toggle={() => setOpen(!open)} />
      {open && <Whole entry={entry} narrow={narrow} />}
    </li>
  );
}

function Line(props: { entry: Entry; times?: number; open: boolean; toggle: () => void }) {
  const { entry, times, open, toggle } = props;
  const res = recordOf(entry.subject);
  return (
    <button
      className="flex w-full flex-wrap items-center gap-x-3 px-3 py-1.5 text-left hover:bg-hover sm:flex-nowrap"
      aria-expanded={open}
      onClick={toggle}
    >
      <ChevronRight size={13} className={`shrink-0 text-ink-3 ${open ? "rotate-90" : ""}`} />
      <span className="w-16 shrink-0 whitespace-nowrap text-ink-2 tabular-nums">{clock(entry.recorded_at)}</span>
      <span className="min-w-0 flex-1 truncate max-sm:basis-[calc(100%-120px)]">
        <span className="text-ink-2">{res ? wordsOf(res).one : ""}</span>{" "}
        <span className="font-medium">{res ? <RefName res={res} id={entry.subject} /> : entry.subject}</span>{" "}
        {eventName(entry.type)} {times && <span className="text-ink-2">× {times}</span>}
      </span>
      <span className="max-w-52 truncate text-ink-2 max-sm:w-full max-sm:pl-[101px]">
        <Actor id={entry.actor} />
      </span>
    </button>
  );
}

function Whole({ entry, narrow }: { entry: Entry; narrow: Narrow }) {
  const words = text().audit;
  const res = recordOf(entry.subject);
  return (
    <div className="space-y-4 border-t border-hair bg-canvas p-3 sm:pl-10">
      <Changes entry={entry} />
      <dl className="grid gap-x-8 gap-y-1 sm:grid-cols-2">
        <Fact name={words.recorded}>{moment(entry.recorded_at)}</Fact>
        <Fact name={words.effective}>{moment(entry.effective_at)}</Fact>
        <Fact name={label({ key: "type" })}>{entry.type}</Fact>
        <Fact name={words.version}>{entry.version}</Fact>
        <Fact name={label({ key: "record" })}>
          <CopyId id={entry.subject} />
        </Fact>
        <Fact name={words.actingFor}>{entry.acting_for}</Fact>
        <Fact name={words.request}>{entry.request_id && <CopyId id={entry.request_id} />}</Fact>
        <Fact name={words.cause}>
          {entry.cause && (
            <button
              className="font-mono text-xs break-all hover:underline"
              onClick={() => narrow({ subject: entry.cause!.split("#")[0] })}
            >
              {entry.cause}
            </button>
          )}
        </Fact>
        <Fact name={words.address}>{entry.ip_hash && <code className="text-xs break-all">{entry.ip_hash}</code>}</Fact>
        <Fact name={words.hash}>
          <code className="text-xs break-all">{entry.hash}</code>
        </Fact>
      </dl>
      <div className="flex flex-wrap items-center gap-2">
        {res && !entry.type.endsWith(".purged") && (
          <Link className="btn" href={`/${res.name}/${entry.subject}`}>
            {words.openRecord}
          </Link>
        )}
        <button className="btn" onClick={() => narrow({ subject: entry.subject })}>
          {words.onlyRecord}
        </button>
        <button className="btn" onClick={() => narrow({ actor: entry.actor })}>
          {words.onlyActor}
        </button>
        <button className="btn" onClick={() => narrow({ type: entry.type })}>
          {words.onlyType}
        </button>
        <Verify subject={entry.subject} />
      </div>
    </div>
  );
}

const spelled = (value: unknown) =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? moment(value) : plain(value);

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === "") return null;
  return (
    <div className="flex min-w-0 gap-3">
      <dt className="w-32 shrink-0 text-ink-2">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

/** Whole, unlike a timeline's: also what is only for machines. A new record has no before. */
function Changes({ entry }: { entry: Entry }) {
  const words = text().audit;
  if (!entry.changes) return <p className="text-ink-2">{words.erased}</p>;
  const changes = Object.entries(entry.changes as Record<string, [unknown, unknown]>).filter(
    ([, [before, after]]) => JSON.stringify(before) !== JSON.stringify(after),
  );
  if (changes.length === 0) return <p className="text-ink-2">{words.noChanges}</p>;
  const isNew = changes.every(([, [before]]) => before === null);
  return (
    <div className="overflow-x-auto" role="region" aria-label={label({ key: "type" })} tabIndex={0}>
      <table className="w-full text-left">
        <thead className="text-xs text-ink-2">
          <tr>
            <th className="w-40 py-1 pr-4 font-medium">{words.field}</th>
            {!isNew && <th className="pr-4 font-medium">{words.before}</th>}
            <th className="font-medium">{words.after}</th>
          </tr>
        </thead>
        <tbody className="align-top">
          {changes.map(([key, [before, after]]) => (
            <tr key={key} className="border-t border-hair">
              <td className="py-1 pr-4 text-ink-2">{label({ key })}</td>
              {!isNew && <td className="max-w-80 pr-4 break-words text-bad">{spelled(before)}</td>}
              <td className={`max-w-80 break-words ${isNew ? "" : "text-ok"}`}>{spelled(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
