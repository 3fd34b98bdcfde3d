// A short list inside another page: few columns, no controls, a link to the whole.
import { Link } from "wouter";
import { toQuery, type Filters } from "../api/client";
import { sees, type Resource } from "./define";
import { useRows } from "./rows";
import { Table } from "./table";
import { text } from "../text";

type Props = { res: Resource; title: string; filters: Filters };

export function EmbeddedList({ res, title, filters }: Props) {
  const allowed = sees(res);
  const { rows, query } = useRows(res, filters, res.sort, 6, allowed);
  if (!allowed) return null;
  const columns = res.brief
    .filter((key) => !(key in filters))
    .map((key) => ({ ...res.fields.find((field) => field.key === key)!, wide: false }));
  return (
    <section className="min-w-0">
      <div className="mb-2 flex items-baseline justify-between">
        <h2 className="section-title">{title}</h2>
        <Link className="text-ink-2 hover:text-ink" href={`/${res.name}?${toQuery(filters)}`}>
          {text().verb.viewAll} <span className="sr-only">{title}</span>
        </Link>
      </div>
      <Table
        res={res}
        columns={columns}
        rows={rows}
        query={query}
        empty={<p className="text-ink-2">{text().list.none(title)}</p>}
      />
    </section>
  );
}
