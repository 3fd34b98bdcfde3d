// Everything that ever happened to a record, from the audit log: who, when, and what it was before.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { may } from "../api/account";
import { api, type Entry } from "../api/client";
import { text } from "../text";
import { resource, type Resource } from "./define";
import { plain, Time } from "./format";
import { RefName } from "./names";
import { label } from "./words";

const BORING = ["version", "updated_at", "head", "created_at", "id"];

export function Timeline({ res, id }: { res: Resource; id: string }) {
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
      <ol className="ml-1 space-y-4 border-l border-line">
        {data?.pages
          .flatMap((page) => page.data)
          .map((entry) => (
            <Happened key={entry.version} entry={entry} />
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

function Happened({ entry }: { entry: Entry }) {
  return (
    <li className="relative pl-4">
      <span className="absolute top-[7px] -left-[4px] size-[7px] rounded-full bg-[var(--control)]" />
      <p className="first-letter:uppercase">{eventName(entry.type)}</p>
      <Diff entry={entry} />
      <p className="text-xs text-ink-2">
        <Actor id={entry.actor} /> · <Time at={entry.effective_at} />
      </p>
    </li>
  );
}

/** What changed, before and after. A new record has no before. */
export function Diff({ entry }: { entry: Pick<Entry, "changes" | "version"> }) {
  const changes = Object.entries((entry.changes ?? {}) as Record<string, [unknown, unknown]>).filter(
    ([key]) => !BORING.includes(key),
  );
  if (entry.version === 1 || changes.length === 0) return null;
  return (
    <ul className="text-xs text-ink-2">
      {changes.map(([key, [before, after]]) => (
        <li key={key} className="break-words">
          {label({ key })}: <del className="text-ink-3">{plain(before)}</del> →{" "}
          <ins className="text-ink no-underline">{plain(after)}</ins>
        </li>
      ))}
    </ul>
  );
}
