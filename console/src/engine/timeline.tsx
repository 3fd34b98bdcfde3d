// Everything that ever happened to a record, from the audit log: who, when, and what it was before.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { may } from "../api/account";
import { api, type Entry, type Row } from "../api/client";
import { text } from "../text";
import { resource, type Field, type Kind, type Resource } from "./define";
import { isEmpty, plain, Time, Value, valueName } from "./format";
import { RefName } from "./names";
import { Verify } from "./verify";
import { isNamed, label } from "./words";

const BORING = ["version", "updated_at", "head", "created_at", "id"];

export function Timeline({ res, row }: { res: Resource; row: Row }) {
  const { id } = row;
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [res.name, id, "timeline"],
    queryFn: ({ pageParam }) => api.timeline(res.name, id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  return (
    <aside aria-label={text().detail.timeline}>
      <div className="mb-3 flex items-baseline justify-between">
        <h2 className="section-title">{text().detail.timeline}</h2>
        {may("audit.inspect") && (
          <Link className="text-ink-2 hover:text-ink" href={`/audit?subject=${id}`}>
            {text().audit.title}
          </Link>
        )}
      </div>
      {may("audit.inspect") && (
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <Verify subject={id} />
        </div>
      )}
      <ol className="ml-1 space-y-4 border-l border-line">
        {data?.pages
          .flatMap((page) => page.data)
          .map((entry) => (
            <Happened key={entry.version} entry={entry} res={res} row={row} />
          ))}
      </ol>
      {hasNextPage && (
        <button className="btn mt-3" onClick={() => fetchNextPage()}>
          {text().verb.showMore}
        </button>
      )}
    </aside>
  );
}

/** `tenants.activated` as words. */
export function eventName(type: string) {
  const name = type.split(".").at(-1)!;
  return (text().events as Record<string, string>)[name] ?? name.replace(/_/g, " ");
}

const ACTORS: Record<string, string> = { stf: "staff", key: "api-keys", gat: "gateways" };

/** Who did it, by name: people, keys and gateways, or a part of the system itself. */
export function Actor({ id }: { id: string }) {
  const found = resource(ACTORS[id.replace("gateway:", "").split("_")[0]] ?? "");
  if (found) return <RefName res={found} id={id.replace("gateway:", "")} />;
  if (!id.startsWith("system:")) return <>{id}</>;
  const feature = id.slice("system:".length);
  return <>{text().audit.system((text().permissions as Record<string, string>)[feature] ?? feature)}</>;
}

function Happened({ entry, res, row }: { entry: Entry; res: Resource; row: Row }) {
  return (
    <li className="relative pl-4">
      <span className="absolute top-[7px] -left-[4px] size-[7px] rounded-full bg-[var(--control)]" />
      <p className="first-letter:uppercase">{eventName(entry.type)}</p>
      <Diff entry={entry} res={res} row={row} />
      <p className="text-xs text-ink-2">
        <Actor id={entry.actor} /> · <Time at={entry.effective_at} />
      </p>
    </li>
  );
}

type Changed = { entry: Pick<Entry, "changes" | "version">; res?: Resource; row?: Row };

/** What changed, before and after, as far as readers are told of it: not of digests. A new record has no before. */
export function Diff({ entry, res, row }: Changed) {
  const changes = Object.entries((entry.changes ?? {}) as Record<string, [unknown, unknown]>).filter(
    ([key]) => (res ? res.fields.some((field) => field.key === key) : isNamed(key)) && !BORING.includes(key),
  );
  if (entry.version === 1 || changes.length === 0) return null;
  return (
    <ul className="text-xs text-ink-2 [&_a]:underline">
      {changes.map(([key, [before, after]]) => {
        const field = res?.fields.find((each) => each.key === key) ?? { key };
        return (
          <li key={key} className="break-words">
            {label({ key })}:{" "}
            <del className="text-ink-3">
              <Was field={field} row={row} value={before} />
            </del>{" "}
            →{" "}
            <ins className="text-ink no-underline">
              <Was field={field} row={row} value={after} />
            </ins>
          </li>
        );
      })}
    </ul>
  );
}

const AS_SHOWN: (Kind | undefined)[] = ["money", "price", "ref", "time", "list"];

/** A value of the log: as it was stored, so that money is a number and its currency the record's. */
function Was({ field, row, value }: { field: Field; row?: Row; value: unknown }) {
  if (isEmpty(value)) return <>{text().detail.empty}</>;
  if (field.kind === "enum") return <>{valueName(field.values, String(value))}</>;
  const currency = row?.[field.currency ?? "currency"];
  const unpriced = (field.kind === "money" || field.kind === "price") && !currency;
  if (row && !unpriced && AS_SHOWN.includes(field.kind))
    return <Value field={{ ...field, say: undefined }} row={{ ...row, [field.key]: value }} />;
  return <>{plain(value)}</>;
}
