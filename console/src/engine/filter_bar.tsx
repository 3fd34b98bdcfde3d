// Search and filter chips. A chip is one query parameter, `field` or `field__operator`.
import { ListFilter, Search, X } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useState } from "react";
import type { Filters } from "../api/client";
import { account } from "../api/account";
import { text } from "../text";
import type { Field, Resource } from "./define";
import { Described, FilterEditor } from "./filter_editor";
import { label, wordsOf } from "./words";

type Props = { res: Resource; filters: Filters; show: (filters: Filters) => void; searched?: boolean };

const without = (filters: Filters, parameter: string) => {
  const { [parameter]: _, ...rest } = filters;
  return rest;
};

/** What is no chip: the search, and the pair that shows what was deleted. */
const UNSAID = ["q", "include_deleted", "deleted_at__isnull"];

export function FilterBar({ res, filters, show, searched = true }: Props) {
  const put = (parameter: string, value: string) =>
    show(value ? { ...filters, [parameter]: value } : without(filters, parameter));
  // That of what is shown, where it is all of one.
  const currency = filters.currency?.length === 3 ? filters.currency : account().currency;
  const chips = Object.entries(filters).filter(([parameter]) => !UNSAID.includes(parameter));
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {searched && <SearchBox res={res} value={filters.q ?? ""} set={(typed) => put("q", typed)} />}
      {chips.map(([parameter, value]) => (
        <Chip
          key={parameter}
          {...{ res, parameter, value, currency }}
          remove={() => put(parameter, "")}
          replace={(before, name, typed) =>
            show(typed ? { ...without(filters, before), [name]: typed } : without(filters, before))
          }
        />
      ))}
      <AddFilter {...{ res, filters, currency, put }} />
      {chips.length > 0 && (
        <button className="btn btn-ghost text-ink-2" onClick={() => show({})}>
          {text().verb.clear}
        </button>
      )}
    </div>
  );
}

const TYPING_PAUSE_MS = 150;

function SearchBox({ res, value, set }: { res: Resource; value: string; set: (typed: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    // One letter is no search yet.
    if (typed === value || typed.trim().length === 1) return;
    const timer = setTimeout(() => set(typed), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const what = text().list.search(wordsOf(res).label);
  return (
    <div className="relative w-full sm:w-60">
      <Search size={14} className="absolute top-2 left-2.5 text-ink-3" />
      <input
        id="list-search"
        className="input h-[30px] pl-8"
        type="search"
        aria-label={what}
        placeholder={what}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

type Put = (parameter: string, value: string) => void;
type ChipProps = {
  res: Resource;
  parameter: string;
  value: string;
  currency: string;
  remove: () => void;
  replace: (before: string, name: string, typed: string) => void;
};

function Chip({ res, parameter, value, currency, remove, replace }: ChipProps) {
  const [key, operator = ""] = parameter.split("__");
  const field = res.fields.find((candidate) => candidate.key === key) ?? { key };
  return (
    <span className="inline-flex h-[30px] items-center overflow-hidden rounded-[7px] border border-line bg-panel">
      <Popover.Root>
        <Popover.Trigger className="h-full max-w-72 truncate px-2.5 hover:bg-hover">
          <Described field={field} operator={operator} value={value} currency={currency} />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            className="popover"
            sideOffset={6}
            align="start"
            aria-label={text().list.editFilter(label(field))}
          >
            <FilterEditor
              field={field}
              operator={operator}
              value={value}
              currency={currency}
              put={(name, typed) => replace(parameter, name, typed)}
            />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <button
        aria-label={text().list.removeFilter(label(field))}
        className="h-full border-l border-hair px-1.5 text-ink-3 hover:bg-hover"
        onClick={remove}
      >
        <X size={13} />
      </button>
    </span>
  );
}

function AddFilter({ res, filters, currency, put }: { res: Resource; filters: Filters; currency: string; put: Put }) {
  const [open, setOpen] = useState(false);
  const [field, setField] = useState<Field | null>(null);
  const toggle = (next: boolean) => {
    setOpen(next);
    setField(null);
  };
  const possible = res.fields.filter((candidate) => candidate.filter);
  return (
    <Popover.Root open={open} onOpenChange={toggle}>
      <Popover.Trigger className="btn border-dashed text-ink-2">
        <ListFilter size={14} />
        {text().list.filter}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" sideOffset={6} align="start" aria-label={text().list.addFilter}>
          {field ? (
            <FilterEditor
              field={field}
              operator=""
              value={filters[field.key] ?? ""}
              currency={currency}
              put={(parameter, value) => {
                put(parameter, value);
                if (field.kind !== "enum") toggle(false);
              }}
            />
          ) : (
            <div className="max-h-80 w-52 overflow-auto p-1">
              {possible.map((candidate) => (
                <button key={candidate.key} className="menu-item" onClick={() => setField(candidate)}>
                  {label(candidate)}
                </button>
              ))}
            </div>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
