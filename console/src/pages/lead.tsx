// What a lead's page shows above its fields: how long its trial goes on, how its score came about, and what was written down.
import { useQuery } from "@tanstack/react-query";
import { request, type ApiError, type Row, type Schemas } from "../api/client";
import { resource } from "../engine/define";
import { Trouble } from "../engine/form";
import { number, Time } from "../engine/format";
import { RefName } from "../engine/names";
import { text, useText } from "../text";
import { daysLeft } from "./trial";

export default function Lead({ row }: { row: Row }) {
  useText();
  return (
    <div className="space-y-4">
      {row.status === "trial" && <p className="card p-4 font-medium">{text().leads.daysLeft(daysLeft(row))}</p>}
      <Score row={row} />
      <Notes row={row} />
    </div>
  );
}

function Score({ row }: { row: Row }) {
  const words = text().leads;
  const rules = Object.entries(row.score_rules as Record<string, number>);
  return (
    <section className="card p-4">
      <h2 className="section-title">
        {words.score}: {number(row.score)}
      </h2>
      {rules.length === 0 && <p className="text-ink-2">{words.noPoints}</p>}
      <dl className="mt-2 space-y-1">
        {rules.map(([rule, points]) => (
          <div key={rule} className="flex justify-between gap-3">
            <dt className="text-ink-2">{words.rules[rule] ?? rule}</dt>
            <dd className="tabular-nums">{words.points(points)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Notes({ row }: { row: Row }) {
  const words = text().leads;
  const { data, error } = useQuery<Schemas["Notes"], ApiError>({
    queryKey: ["leads", row.id, "notes", row.version],
    queryFn: () => request<Schemas["Notes"]>("GET", `/leads/${row.id}/notes`),
    enabled: row.notes > 0,
  });
  return (
    <section className="card p-4">
      <h2 className="section-title">{words.notes}</h2>
      {row.notes === 0 && <p className="text-ink-2">{words.noNotes}</p>}
      <Trouble problem={error} fields={[]} />
      {row.notes > 0 && !data && !error && <div className="skeleton h-16" aria-busy />}
      <ol className="mt-2 space-y-3">
        {data?.data.map((note) => (
          <li key={note.at + note.text}>
            <p className="break-words whitespace-pre-wrap">{note.text}</p>
            <p className="text-xs text-ink-2">
              <Author id={note.by} /> · <Time at={note.at} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Author({ id }: { id: string }) {
  if (id.startsWith("stf_")) return <RefName res={resource("staff")!} id={id} />;
  return <>{id === "anonymous" ? text().leads.stranger : id}</>;
}
