// The names behind ids: those of a page are asked for together, ten at a time, and remembered.
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { api, type Row } from "../api/client";
import { resource, sees, type Resource } from "./define";

const MOST = 10; // values of one filter
type Waiting = Map<string, ((row: Row | null) => void)[]>;
const waiting = new Map<string, Waiting>();

async function fetchAll(res: Resource) {
  const asked = waiting.get(res.name)!;
  waiting.delete(res.name);
  const ids = [...asked.keys()];
  for (let start = 0; start < ids.length; start += MOST) {
    const some = ids.slice(start, start + MOST);
    const none = { data: [] as Row[] };
    const asking = { filters: { id__in: some.join(",") }, limit: MOST };
    const page = sees(res) ? await api.list(res.name, asking).catch(() => none) : none; // one may have begun to act as another
    for (const id of some) asked.get(id)!.forEach((done) => done(page.data.find((row) => row.id === id) ?? null));
  }
}

function fetchOne(res: Resource, id: string) {
  return new Promise<Row | null>((done) => {
    if (!waiting.has(res.name)) {
      waiting.set(res.name, new Map());
      setTimeout(() => void fetchAll(res));
    }
    const asked = waiting.get(res.name)!;
    asked.set(id, [...(asked.get(id) ?? []), done]);
  });
}

const KEPT_MS = 5 * 60_000;

export function RefName({ res, id }: { res: Resource; id: string }) {
  const { data: row } = useQuery({
    queryKey: [res.name, "name", id],
    queryFn: () => fetchOne(res, id),
    staleTime: KEPT_MS,
    enabled: sees(res),
  });
  return row ? <Title res={res} row={row} /> : <span className="font-mono text-xs text-ink-2">{id}</span>;
}

/** The title of a row, after the names of what it belongs to. */
export function Title({ res, row }: { res: Resource; row: Row }) {
  const named = res.fields.filter(({ key }) => res.names?.includes(key) && row[key]);
  return (
    <>
      {named.map(({ key, ref }) => (
        <Fragment key={key}>
          <RefName res={resource(ref!)!} id={row[key]} /> ·{" "}
        </Fragment>
      ))}
      {res.title(row)}
    </>
  );
}
