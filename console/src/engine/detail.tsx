// One record: its fields, what belongs to it, and everything that ever happened to it.
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { Suspense, useEffect } from "react";
import { Link } from "wouter";
import { may } from "../api/account";
import { api, ApiError, type Row } from "../api/client";
import { explain, text, useText } from "../text";
import { declares, resource, type Resource } from "./define";
import { DetailActions } from "./detail_actions";
import { EmbeddedList } from "./embedded_list";
import { Badge, CopyId, isEmpty, Time, Value } from "./format";
import { Title } from "./names";
import { Timeline } from "./timeline";
import { label, wordsOf } from "./words";

export function Detail({ res, id }: { res: Resource; id: string }) {
  const words = useText();
  const { data: row, error } = useQuery({ queryKey: [res.name, id], queryFn: () => fetched(res, id) });
  useEffect(() => {
    if (row) document.title = `${res.title(row)} · ${words.app.name}`;
  }, [row, res, words]);
  // What is there stays while it cannot be fetched again: a form may be open over it.
  if (error && (!row || isGone(error))) return <Missing res={res} error={error} />;
  if (!row) return <div className="skeleton m-6 h-7 w-60" aria-busy />;
  return (
    <div className="p-4 sm:p-6">
      <Header res={res} row={row} />
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_300px]">
        <div className="min-w-0 space-y-6">
          {res.section && (
            <Suspense fallback={<div className="skeleton h-40" aria-busy />}>
              <res.section row={row} />
            </Suspense>
          )}
          <Fields res={res} row={row} />
          {res.related
            .filter(({ when }) => !when || when(row))
            .map(({ resource: name, by, title }) => (
              <EmbeddedList
                key={name}
                res={resource(name)!}
                title={title ? words.views[title] : wordsOf({ name }).label}
                filters={{ [by]: id }}
              />
            ))}
        </div>
        {declares(res, "timeline") && <Timeline res={res} row={row} />}
      </div>
    </div>
  );
}

const isGone = (error: Error) => error instanceof ApiError && [403, 404].includes(error.status);

/** Also what was deleted, for who may restore it. */
async function fetched(res: Resource, id: string): Promise<Row> {
  try {
    return await api.get(res.name, id);
  } catch (error) {
    const mayBeDeleted = declares(res, "restore") && may(`${res.permission}.write`);
    if (!(error instanceof ApiError) || error.status !== 404 || !mayBeDeleted) throw error;
    const { data } = await api.list(res.name, { filters: { id, include_deleted: "true" }, limit: 1 });
    if (data.length === 0) throw error;
    return data[0];
  }
}

function Missing({ res, error }: { res: Resource; error: Error }) {
  return (
    <div className="p-16 text-center" role="alert">
      <h1 className="page-title">{error instanceof ApiError ? explain(error.problem) : error.message}</h1>
      <Link className="text-accent underline" href={`/${res.name}`}>
        {text().detail.backTo(wordsOf(res).label)}
      </Link>
    </div>
  );
}

function Header({ res, row }: { res: Resource; row: Row }) {
  const status = res.fields.find((field) => field.key === "status");
  return (
    <header className="mb-5">
      <nav aria-label={text().detail.breadcrumb} className="flex items-center gap-1 text-ink-2">
        <Link href={`/${res.name}`} className="hover:text-ink">
          {wordsOf(res).label}
        </Link>
        <ChevronRight size={13} />
        <CopyId id={row.id} />
      </nav>
      <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="page-title min-w-0 break-words">
          <Title res={res} row={row} />
        </h1>
        {row.status && <Badge value={row.status} values={status?.values} />}
        {row.deleted_at && (
          <span className="text-bad">
            {text().list.deleted} <Time at={row.deleted_at} />
          </span>
        )}
        <DetailActions res={res} row={row} />
      </div>
    </header>
  );
}

function Fields({ res, row }: { res: Resource; row: Row }) {
  // What is empty is shown where somebody could fill it in.
  const shown = res.fields.filter(
    ({ key, edit, column }) => key in row && key !== "id" && !column && (edit || !isEmpty(row[key])),
  );
  return (
    <section className="card p-4">
      <h2 className="section-title mb-3">{text().detail.details}</h2>
      <dl className="grid gap-x-8 gap-y-2 sm:grid-cols-2">
        {shown.map((field) => (
          <div key={field.key} className="flex min-w-0 gap-3">
            <dt className="w-32 shrink-0 text-ink-2">{label(field)}</dt>
            <dd className="min-w-0 break-words">
              <Value field={field} row={row} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
