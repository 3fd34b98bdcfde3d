// The daily digests of the audit log: which days are sealed, and the files by which anybody can tell that they are.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Download, Stamp } from "lucide-react";
import { useState } from "react";
import { ApiError, request, withQuery, type Schemas } from "../api/client";
import { day as shown, number } from "../engine/format";
import { More } from "../engine/list";
import { explain, text } from "../text";

const PAGE = 10;

export function Digests() {
  const words = text().digests;
  const query = useInfiniteQuery({
    queryKey: ["audit", "digests"],
    queryFn: ({ pageParam }) =>
      request<Schemas["DigestPage"]>("GET", withQuery("/audit/digests", { limit: PAGE, cursor: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const found = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <section aria-label={words.title} className="card space-y-2 p-3">
      <h2 className="section-title">{words.title}</h2>
      <p className="text-ink-2">{words.hint}</p>
      {query.error instanceof ApiError && (
        <p role="alert" className="text-bad">
          {explain(query.error.problem)}
        </p>
      )}
      {query.isPending && <div className="skeleton h-24" aria-busy />}
      {query.data && found.length === 0 && <p className="text-ink-2">{words.none}</p>}
      <ul className="divide-y divide-hair">
        {found.map((digest) => (
          <Sealed key={digest.day} digest={digest} />
        ))}
      </ul>
      <More query={query} />
    </section>
  );
}

function Sealed({ digest }: { digest: Schemas["DigestView"] }) {
  const words = text().digests;
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button
        className="flex w-full flex-wrap items-center gap-x-3 py-1.5 text-left hover:bg-hover"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Stamp size={13} className="shrink-0 text-ok" />
        <span className="w-28">{shown(digest.day)}</span>
        <span className="flex-1 tabular-nums">{words.entries(digest.count, number(digest.count))}</span>
        <code className="text-xs text-ink-2">{digest.hash.slice(0, 12)}…</code>
      </button>
      {open && <Files day={digest.day} />}
    </li>
  );
}

/** Asked for when they are wanted: the links work for an hour. */
function Files({ day }: { day: string }) {
  const words = text().digests;
  const { data, error } = useQuery({
    queryKey: ["audit", "digests", day],
    queryFn: () => request<Schemas["DigestDetail"]>("GET", `/audit/digests/${day}`),
  });
  if (error) return <p className="text-bad">{error instanceof ApiError ? explain(error.problem) : error.message}</p>;
  if (!data) return <div className="skeleton h-16" aria-busy />;
  const key = `data:application/x-pem-file,${encodeURIComponent(data.public_key)}`;
  return (
    <div className="space-y-2 pb-3 sm:pl-6">
      <dl className="text-xs break-all text-ink-2">
        {[
          [words.hash, data.hash],
          [words.previous, data.previous],
          [words.key, data.key],
        ].map(([name, value]) => (
          <div key={name} className="flex flex-wrap gap-x-3">
            <dt className="w-40 shrink-0">{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-wrap gap-2">
        <a className="btn" href={data.digest_url} download>
          <Download size={13} /> {words.digest}
        </a>
        <a className="btn" href={data.file_url} download>
          <Download size={13} /> {words.list}
        </a>
        <a className="btn" href={key} download="public_key.pem">
          <Download size={13} /> {words.publicKey}
        </a>
      </div>
    </div>
  );
}
