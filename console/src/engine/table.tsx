// The table of a resource: columns, sorting, selection, and what shows while there is nothing to show.
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { explain, text } from "../text";
import { ApiError, type Row } from "../api/client";
import type { Field, Resource } from "./define";
import { Value } from "./format";
import { label, wordsOf } from "./words";

type Selection = { ids: Set<string>; toggle: (ids: string[], on: boolean) => void; cursor: number };

type Props = {
  res: Resource;
  columns: Field[];
  rows: Row[];
  query: Pick<UseInfiniteQueryResult, "isPending" | "isPlaceholderData" | "error" | "refetch">;
  sort?: { by: string; set: (sort: string) => void };
  selection?: Selection;
  empty: React.ReactNode;
};

const isNumber = ({ kind }: Field) => kind === "money" || kind === "price" || kind === "int";
/** Numbers stand on the right, but for those that name the row. */
const cell = (field: Field, column: number) =>
  `px-3 ${isNumber(field) && column > 0 ? "text-right tabular-nums" : ""} ${field.wide ? "max-md:hidden" : ""}`;

function Heading({ field, column, sort }: { field: Field; column: number; sort: Props["sort"] }) {
  const direction = { [field.key]: "ascending", ["-" + field.key]: "descending" }[sort?.by ?? ""];
  const Arrow = direction === "ascending" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={direction as "ascending" | "descending" | undefined}
      className={`py-2 font-medium ${cell(field, column)}`}
    >
      {field.sort && sort ? (
        <button
          className="inline-flex items-center gap-1 hover:text-ink"
          onClick={() => sort.set(sort.by === "-" + field.key ? field.key : "-" + field.key)}
        >
          {label(field)}
          {direction && <Arrow size={12} />}
        </button>
      ) : (
        label(field)
      )}
    </th>
  );
}

export function Table({ res, columns, rows, query, sort, selection, empty }: Props) {
  const [, go] = useLocation();
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    if (selection) body.current?.children[selection.cursor]?.scrollIntoView({ block: "nearest" });
  }, [selection?.cursor]);

  const rowLook = (row: Row, index: number) => {
    if (index === selection?.cursor) return "bg-hover shadow-[inset_2px_0_var(--accent)]";
    return selection?.ids.has(row.id) ? "bg-accent-soft" : "hover:bg-hover";
  };

  return (
    <div className="card overflow-x-auto" role="region" aria-label={text().list.table(wordsOf(res).label)} tabIndex={0}>
      <table className="w-full border-collapse">
        <thead className="border-b border-line text-left text-xs text-ink-2">
          <tr>
            {selection && (
              <th className="w-9 min-w-9 pl-3">
                <input
                  type="checkbox"
                  aria-label={text().list.selectAll}
                  checked={rows.length > 0 && selection.ids.size === rows.length}
                  onChange={(event) =>
                    selection.toggle(
                      rows.map((row) => row.id),
                      event.target.checked,
                    )
                  }
                />
              </th>
            )}
            {columns.map((field, column) => (
              <Heading key={field.key} field={field} column={column} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} aria-busy={query.isPlaceholderData} className={query.isPlaceholderData ? "opacity-50" : ""}>
          {rows.map((row, index) => (
            <tr
              key={row.id}
              className={`cursor-pointer border-b border-hair last:border-0 ${rowLook(row, index)}`}
              onClick={(event) => {
                const control = (event.target as Element).closest("a,button,input");
                if (!control) go(`/${res.name}/${row.id}`);
              }}
            >
              {selection && (
                <td className="min-w-9 pl-3">
                  <input
                    type="checkbox"
                    aria-label={text().list.select(res.title(row))}
                    checked={selection.ids.has(row.id)}
                    onChange={(event) => selection.toggle([row.id], event.target.checked)}
                  />
                </td>
              )}
              {columns.map((field, column) => (
                <td key={field.key} className={`h-9 max-w-72 truncate ${cell(field, column)}`}>
                  {column === 0 ? (
                    <Link href={`/${res.name}/${row.id}`} className="font-medium">
                      {row[field.key] == null ? res.title(row) : <Value field={field} row={row} linked={false} />}
                    </Link>
                  ) : (
                    <Value field={field} row={row} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {query.isPending && <SkeletonRows />}
      {query.error && (
        <p role="alert" className="flex items-center gap-3 p-4 text-bad">
          {query.error instanceof ApiError ? explain(query.error.problem) : query.error.message}
          <button className="btn" onClick={() => query.refetch()}>
            {text().verb.tryAgain}
          </button>
        </p>
      )}
      {!query.isPending && !query.error && rows.length === 0 && <div className="py-6 text-center">{empty}</div>}
    </div>
  );
}

function SkeletonRows() {
  return (
    <div className="space-y-4 p-3" aria-busy>
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index} className="skeleton h-4" />
      ))}
    </div>
  );
}
