// The catalogue: what is sold, for how much, and where the rest is on its way there.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, type Row } from "../api/client";
import { money, valueName } from "../engine/format";
import { text, useText } from "../text";

const STATES = ["published", "review", "draft", "retired"];
const MOST = 24;

export default function Catalogue() {
  const words = useText().content;
  return (
    <div className="space-y-6 p-4 sm:p-6">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h1 className="page-title">{words.catalogue}</h1>
        <Link href="/content" className="text-accent sm:ml-auto">
          {words.all}
        </Link>
      </div>
      {STATES.map((status) => (
        <Shelf key={status} status={status} />
      ))}
    </div>
  );
}

function Shelf({ status }: { status: string }) {
  const { data, error } = useQuery({
    queryKey: ["content", "catalogue", status],
    queryFn: () => api.list("content", { filters: { status }, sort: "-created_at", limit: MOST }),
  });
  const name = valueName("ContentState", status);
  return (
    <section aria-label={name}>
      <h2 className="section-title mb-2">{name}</h2>
      {error && (
        <p role="alert" className="text-bad">
          {error.message}
        </p>
      )}
      {!data && !error && <div className="skeleton h-24" aria-busy />}
      {data?.data.length === 0 && <p className="text-ink-2">{text().content.empty}</p>}
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        {data?.data.map((row) => (
          <Card key={row.id} row={row} />
        ))}
      </ul>
      {data?.next_cursor && (
        <Link href={`/content?status=${status}`} className="mt-2 inline-block text-accent">
          {text().content.more}
        </Link>
      )}
    </section>
  );
}

function Card({ row }: { row: Row }) {
  return (
    <li className="card flex min-w-0 flex-col gap-1 p-4">
      <Link href={`/content/${row.id}`} className="font-medium break-words hover:underline">
        {row.title}
      </Link>
      <p className="text-xs break-words text-ink-2">
        {valueName("ContentCategory", row.category)} · {text().content.by(row.creator_name)}
      </p>
      <p className="line-clamp-2 break-words text-ink-2">{row.description}</p>
      <p className="mt-auto tabular-nums">
        {row.price ? money(row.price) : valueName("Pricing", "free")}
        {row.interval && <span className="text-ink-2"> · {valueName("Interval", row.interval)}</span>}
      </p>
    </li>
  );
}
