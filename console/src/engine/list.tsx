// The list page: the URL holds filters and sort, so that every state of it can be shared.
import { useQueryClient } from "@tanstack/react-query";
import { Plus, RefreshCw } from "lucide-react";
import { Suspense, useEffect, useMemo, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { may } from "../api/account";
import { withQuery, type Filters, type Row } from "../api/client";
import { markSeen, useLive } from "../api/live";
import { text, useText } from "../text";
import { BulkBar } from "./bulk_bar";
import { ColumnMenu, useColumns } from "./columns";
import { declares, type Resource } from "./define";
import { ExportDialog } from "./export_dialog";
import { FilterBar } from "./filter_bar";
import { FormSheet } from "./form";
import { useKeys } from "./keyboard";
import { useRows } from "./rows";
import { Table } from "./table";
import { ViewTabs } from "./view_tabs";
import { wordsOf } from "./words";

const PAGE = 50;

function useSelection() {
  const [ids, setIds] = useState(new Set<string>());
  const [cursor, setCursor] = useState(-1);
  const toggle = (changed: string[], on: boolean) =>
    setIds((before) => {
      const next = new Set(before);
      changed.forEach((id) => (on ? next.add(id) : next.delete(id)));
      return next;
    });
  return { ids, toggle, clear: () => setIds(new Set()), cursor, setCursor };
}

/** What the list says of itself, whatever an address has. */
const OURS = ["limit", "cursor", "fields"];

/** Filters and sort of the page's address, and a way to change them. */
function useAddress(res: Resource) {
  const [, go] = useLocation();
  const search = useSearch();
  // `?new` opens the form: the palette leads there.
  const {
    sort = res.sort,
    new: asked,
    ...filters
  } = useMemo<Filters>(() => Object.fromEntries([...new URLSearchParams(search)].filter(([key]) => !OURS.includes(key))), [search]); // prettier-ignore
  const show = (nextFilters: Filters, nextSort = sort) =>
    go(withQuery(`/${res.name}`, { ...nextFilters, sort: nextSort === res.sort ? null : nextSort }), { replace: true });
  return { filters, sort, show, asked: asked !== undefined };
}

export function List({ res }: { res: Resource }) {
  const words = useText();
  const [, go] = useLocation();
  const { filters, sort, show, asked } = useAddress(res);
  const { rows, query } = useRows(res, filters, sort, PAGE);
  const selection = useSelection();
  const columns = useColumns(res);
  // The row itself: the list may change under its form.
  const [open, setOpen] = useState<Row | "create" | null>(null);
  const current = rows[selection.cursor];
  const canWrite = may(`${res.permission}.write`);
  const canCreate = canWrite && declares(res, "create");
  const canEdit = canWrite && declares(res, "edit");
  useEffect(() => {
    if (!asked) return;
    if (canCreate) setOpen("create");
    show(filters);
  }, [asked]);
  useEffect(() => {
    document.title = `${wordsOf(res).label} · ${words.app.name}`;
  }, [res, words]);
  useKeys({
    j: () => selection.setCursor((index) => Math.min(index + 1, rows.length - 1)),
    k: () => selection.setCursor((index) => Math.max(index - 1, 0)),
    x: () => current && selection.toggle([current.id], !selection.ids.has(current.id)),
    e: () => current && canEdit && setOpen(current),
    Enter: () => current && go(`/${res.name}/${current.id}`),
    n: () => canCreate && setOpen("create"),
    "/": () => document.getElementById("list-search")?.focus(),
  });

  const filtered = Object.keys(filters).length > 0;
  const add = canCreate ? () => setOpen("create") : null;
  return (
    <div className="space-y-3 p-4 sm:p-6">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="page-title">{wordsOf(res).label}</h1>
        <span className="mt-1 text-ink-3 tabular-nums" data-testid="count">
          {!query.isPending && rows.length}
          {query.hasNextPage && "+"}
        </span>
        <div className="ml-auto flex gap-2">
          <ColumnMenu res={res} columns={columns} />
          {declares(res, "export") && may("exports.read") && <ExportDialog res={res} filters={filters} sort={sort} />}
          {add && (
            <button className="btn btn-primary" onClick={add}>
              <Plus size={14} />
              <span>{wordsOf(res).fresh}</span>
            </button>
          )}
        </div>
      </header>
      <ViewTabs
        res={res}
        query={sort === res.sort ? filters : { ...filters, sort }}
        columns={columns}
        show={({ sort: order = res.sort, ...rest }) => show(rest, order)}
      />
      <FilterBar res={res} filters={filters} show={show} />
      <NewRows name={res.name} />
      <Table
        res={res}
        columns={columns.shown}
        rows={rows}
        query={query}
        sort={{ by: sort, set: (by) => show(filters, by) }}
        selection={selection}
        empty={<Empty res={res} filtered={filtered} clear={() => show({})} add={add} />}
      />
      <More query={query} />
      {res.beside && (
        <Suspense fallback={<div className="skeleton h-40" aria-busy />}>
          <res.beside />
        </Suspense>
      )}
      <BulkBar res={res} rows={rows.filter((row) => selection.ids.has(row.id))} clear={selection.clear} />
      <FormSheet
        key={typeof open === "object" ? open?.id : "new"}
        res={res}
        row={typeof open === "object" ? (open ?? undefined) : undefined}
        open={open !== null}
        close={() => setOpen(null)}
      />
    </div>
  );
}

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };

/** The next page: by a button, which is pressed for who scrolls to it. */
export function More({ query }: { query: Pages }) {
  const [button, setButton] = useState<HTMLButtonElement | null>(null);
  const { fetchNextPage } = query;
  useEffect(() => {
    if (!button) return;
    const seen = new IntersectionObserver(([entry]) => entry.isIntersecting && void fetchNextPage(), {
      rootMargin: "200px",
    });
    seen.observe(button);
    return () => seen.disconnect();
  }, [button, fetchNextPage]);
  if (!query.hasNextPage) return null;
  return (
    <button ref={setButton} className="btn" onClick={() => query.fetchNextPage()} disabled={query.isFetchingNextPage}>
      {text().verb.showMore}
    </button>
  );
}

function NewRows({ name }: { name: string }) {
  const queryClient = useQueryClient();
  const unseen = useLive().unseen[name]?.length ?? 0;
  if (unseen === 0) return null;
  const reload = () => {
    markSeen(name);
    void queryClient.invalidateQueries({ queryKey: [name] });
  };
  return (
    <button
      className="flex w-full items-center justify-center gap-2 rounded-lg bg-accent-soft py-1 font-medium text-accent"
      onClick={reload}
    >
      <RefreshCw size={13} />
      {text().list.fresh(unseen)}
    </button>
  );
}

function Empty(props: { res: Resource; filtered: boolean; clear: () => void; add: (() => void) | null }) {
  const { res, filtered, clear, add } = props;
  const words = text().list;
  return (
    <div className="py-10">
      <res.icon className="mx-auto mb-3 text-ink-3" size={24} />
      <p className="font-medium">{filtered ? words.noMatch : words.none(wordsOf(res).label)}</p>
      <p className="mb-4 text-ink-2">{filtered ? words.noMatchHint : wordsOf(res).empty}</p>
      {filtered ? (
        <button className="btn" onClick={clear}>
          {words.clearFilters}
        </button>
      ) : (
        add && (
          <button className="btn" onClick={add}>
            {wordsOf(res).fresh}
          </button>
        )
      )}
    </div>
  );
}
