// The audit log over everything: who did what to which record, and what was before. Its filters live in the address.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { may } from "../api/account";
import { ApiError, request, withQuery, type Entry, type Filters, type Page } from "../api/client";
import type { Field, Resource } from "../engine/define";
import { FilterBar } from "../engine/filter_bar";
import { day } from "../engine/format";
import { More } from "../engine/list";
import { explain, useText } from "../text";
import { AuditRun } from "./audit_entry";
import { Digests } from "./digests";

const PAGE = 50;
const MINUTE_MS = 60_000;

/** The API's bounds are "from" and "before"; a chip says "until", to the minute. */
function asked({ recorded_at__lte: until, ...filters }: Filters): Filters {
  if (!until) return filters;
  return { ...filters, recorded_at__lt: new Date(Date.parse(until) + MINUTE_MS).toISOString() };
}

/** What can be filtered by. Not only staff act: a worker is named as the log names it. */
const fieldsOf = (filters: Filters, seen: string[]): Field[] => [
  { key: "recorded_at", kind: "time", filter: true },
  filters.actor && !filters.actor.startsWith("stf_")
    ? { key: "actor", filter: true }
    : { key: "actor", kind: "ref", ref: "staff", filter: true },
  { key: "type", filter: true, suggest: seen },
  { key: "tenant_id", kind: "ref", ref: "tenants", filter: true },
  { key: "subject", called: "record", filter: true },
];

export default function Audit() {
  const words = useText();
  const [, go] = useLocation();
  const [sealed, setSealed] = useState(false);
  const search = useSearch();
  const filters = useMemo<Filters>(() => Object.fromEntries(new URLSearchParams(search)), [search]);
  const show = (next: Filters) => go(withQuery("/audit", next), { replace: true });
  const query = useInfiniteQuery({
    queryKey: ["audit", filters],
    queryFn: ({ pageParam }) =>
      request<Page<Entry>>("GET", withQuery("/audit", { ...asked(filters), limit: PAGE, cursor: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  useEffect(() => {
    document.title = `${words.audit.title} · ${words.app.name}`;
  }, [words]);
  const entries = query.data?.pages.flatMap((page) => page.data) ?? [];
  const seen = [...new Set(entries.map(({ type }) => type))].sort();
  const log = { name: "audit", fields: fieldsOf(filters, seen) } as Resource;
  return (
    <div className="space-y-3 p-4 sm:p-6">
      <header className="flex flex-wrap items-start gap-2">
        <div className="flex-1">
          <h1 className="page-title">{words.audit.title}</h1>
          <p className="text-ink-2">{words.audit.hint}</p>
        </div>
        {may("audit.erase") && (
          <Link className="btn" href="/audit/erasures">
            {words.resources["audit/erasures"].label}
          </Link>
        )}
        <button className="btn" aria-expanded={sealed} onClick={() => setSealed(!sealed)}>
          {words.digests.title}
        </button>
      </header>
      {sealed && <Digests />}
      <FilterBar res={log} filters={filters} show={show} searched={false} />
      {query.error && (
        <p role="alert" className="text-bad">
          {query.error instanceof ApiError ? explain(query.error.problem) : query.error.message}
        </p>
      )}
      {query.isPending && <div className="skeleton h-64" aria-busy />}
      {[...Map.groupBy(entries, ({ recorded_at }) => day(recorded_at))].map(([date, ofDay]) => (
        <Day key={date} date={date} entries={ofDay} narrow={(more) => show({ ...filters, ...more })} />
      ))}
      {query.data && entries.length === 0 && !query.hasNextPage && (
        <p className="card p-10 text-center text-ink-2">{words.audit.none}</p>
      )}
      <More query={query} />
    </div>
  );
}

/** Entries that follow one another and say the same of the same record. */
function runsOf(entries: Entry[]) {
  const runs: Entry[][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    if (last && last[0].subject === entry.subject && last[0].type === entry.type) last.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

function Day(props: { date: string; entries: Entry[]; narrow: (more: Filters) => void }) {
  return (
    <section aria-label={props.date}>
      <h2 className="mt-4 mb-1 text-xs font-medium text-ink-2">{props.date}</h2>
      <ul className="card divide-y divide-hair">
        {runsOf(props.entries).map((run) => (
          <AuditRun key={run[0].hash} run={run} narrow={props.narrow} />
        ))}
      </ul>
    </section>
  );
}
