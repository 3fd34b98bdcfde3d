// Views as tabs: those that a resource declares, the saved ones, and what was deleted. A filter not saved yet offers to be.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bookmark, X } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { may } from "../api/account";
import { api, toQuery, type Filters, type Row } from "../api/client";
import { text } from "../text";
import type { Columns } from "./columns";
import { declares, type Resource } from "./define";
import { complain } from "./rows";

const SAVED = "staff/views";
const DELETED: Filters = { include_deleted: "true", deleted_at__isnull: "false" };
/** `query`: filters and order, as the page's address has them. */
type Props = { res: Resource; query: Filters; columns: Columns; show: (query: Filters) => void };

/** The same query gives the same text, whatever the order of its parameters. */
const written = (query: Filters) => toQuery(Object.fromEntries(Object.entries(query).sort()));

function useSaved(res: Resource) {
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey: [SAVED, "of", res.name],
    queryFn: () => api.list(SAVED, { filters: { resource: res.name }, sort: "position", limit: 50 }),
    enabled: may("staff.views"),
  });
  const again = () => queryClient.invalidateQueries({ queryKey: [SAVED] });
  const save = (name: string, query: Filters, columns: string[] | null, shared: boolean) =>
    api.create(SAVED, { resource: res.name, name, query, shared, columns: columns ?? [] }).then(again, complain);
  const remove = (view: Row) => api.remove(SAVED, view).then(again, complain);
  return { views: data?.data ?? [], save, remove };
}

export function ViewTabs({ res, query, columns, show }: Props) {
  const { views, save, remove } = useSaved(res);
  const shown = written(query);
  const own = (view: Row) => () => {
    if (view.columns.length > 0) columns.set(view.columns);
    show(view.query);
  };
  const fixed = [{ name: "" as const, filters: {} }, ...res.views].map((view) => ({
    name: view.name ? text().views[view.name] : text().list.all,
    query: view.filters,
    open: () => show(view.filters),
  }));
  const canSeeDeleted = declares(res, "restore") && may(`${res.permission}.write`);
  const deleted = canSeeDeleted ? [{ name: text().list.deleted, query: DELETED, open: () => show(DELETED) }] : [];
  const saved = views.map((row) => ({ name: row.name as string, query: row.query as Filters, open: own(row), row }));
  const all: { name: string; query: Filters; open: () => void; row?: Row }[] = [...fixed, ...deleted, ...saved];
  const known = all.some((view) => written(view.query) === shown);
  return (
    <div
      className="flex items-end gap-1 overflow-x-auto border-b border-line"
      role="group"
      aria-label={text().list.views}
    >
      {all.map((view, index) => (
        <Tab
          key={index}
          name={view.name}
          on={written(view.query) === shown}
          open={view.open}
          remove={view.row && (() => void remove(view.row!).then(() => show({})))}
        />
      ))}
      {!known && may("staff.views") && (
        <SaveView save={(name, shared) => void save(name, query, columns.chosen, shared)} />
      )}
    </div>
  );
}

function Tab({ name, on, open, remove }: { name: string; on: boolean; open: () => void; remove?: () => void }) {
  const look = on ? "border-accent font-medium" : "border-transparent text-ink-2 hover:text-ink";
  return (
    <span className={`inline-flex items-center border-b-2 ${look}`}>
      <button aria-pressed={on} className="px-2 py-1.5 whitespace-nowrap" onClick={open}>
        {name}
      </button>
      {on && remove && (
        <button
          className="-ml-1 p-1 text-ink-3 hover:text-bad"
          aria-label={text().list.deleteView(name)}
          onClick={remove}
        >
          <X size={12} />
        </button>
      )}
    </span>
  );
}

function SaveView({ save }: { save: (name: string, shared: boolean) => void }) {
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="inline-flex items-center gap-1 border-b-2 border-transparent px-2 py-1.5 whitespace-nowrap text-accent">
        <Bookmark size={13} />
        {text().list.saveView}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover w-64 p-3" align="start" sideOffset={6} aria-label={text().list.saveView}>
          <form
            className="space-y-2"
            onSubmit={(event) => {
              event.preventDefault();
              setOpen(false);
              save(name.trim(), shared);
            }}
          >
            <label className="block font-medium" htmlFor="view-name">
              {text().list.viewName}
            </label>
            <input id="view-name" className="input" value={name} onChange={(event) => setName(event.target.value)} />
            <label className="flex items-center gap-2">
              <input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} />
              {text().list.share}
            </label>
            <button className="btn btn-primary w-full justify-center" disabled={!name.trim()}>
              {text().verb.save}
            </button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
