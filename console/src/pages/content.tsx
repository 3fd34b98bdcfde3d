// What a content's page shows above its fields: the editions of its file, a way to send another one, and what it has earned.
import { useQuery } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useState, type ChangeEvent } from "react";
import { may } from "../api/account";
import { request, type ApiError, type Row, type Schemas } from "../api/client";
import { resource } from "../engine/define";
import { Trouble } from "../engine/form";
import { money, number, Time } from "../engine/format";
import { complain, useRefresh } from "../engine/rows";
import { text, useText } from "../text";
import { sent } from "./upload";

export default function Content({ row }: { row: Row }) {
  useText();
  return (
    <div className="space-y-4">
      <Editions row={row} />
      <Earnings row={row} />
    </div>
  );
}

function Editions({ row }: { row: Row }) {
  const words = text().content;
  const { data, error } = useQuery<Schemas["Editions"], ApiError>({
    queryKey: ["content", row.id, "editions", row.version],
    queryFn: () => request<Schemas["Editions"]>("GET", `/content/${row.id}/editions`),
    enabled: row.editions > 0,
  });
  return (
    <section className="card p-4">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="section-title mr-auto">{words.editions}</h2>
        {["draft", "published"].includes(row.status) && !row.deleted_at && may("content.write") && <Send row={row} />}
      </header>
      {row.editions === 0 && <p className="text-ink-2">{words.noEditions}</p>}
      <Trouble problem={error} fields={[]} />
      {row.editions > 0 && !data && !error && <div className="skeleton h-16" aria-busy />}
      <ol className="mt-2 space-y-2">
        {data?.data.map((each) => (
          <li key={each.number} className="flex flex-wrap gap-x-3">
            <span className={each.number === row.edition ? "font-medium" : ""}>{words.edition(each.number)}</span>
            <span className="min-w-0 break-words">{each.filename}</span>
            <span className="text-ink-2 tabular-nums">{number(Math.ceil(each.size / 1024))} KB</span>
            <span className="text-ink-2">
              {each.reviewed_at ? words.reviewed : each.number === row.pending_edition && words.waits}
            </span>
            <span className="text-ink-2 sm:ml-auto">
              <Time at={each.reviewed_at ?? each.attached_at} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Send({ row }: { row: Row }) {
  const words = text().content;
  const [busy, setBusy] = useState(false);
  const refresh = useRefresh(resource("content")!);
  const send = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    if (!file) return;
    setBusy(true);
    await sent(row.id, file).catch(complain);
    target.value = "";
    setBusy(false);
    await refresh();
  };
  return (
    <label className="btn cursor-pointer focus-within:outline-2">
      <Upload size={14} />
      {busy ? words.uploading : words.upload}
      <input type="file" className="sr-only" disabled={busy} onChange={(event) => void send(event)} />
    </label>
  );
}

function Earnings({ row }: { row: Row }) {
  const words = text().content;
  const { data } = useQuery({
    queryKey: ["content", row.id, "earnings"],
    queryFn: () => request<Schemas["Earnings"]>("GET", `/content/${row.id}/earnings`),
    enabled: row.pricing !== "free",
  });
  if (!data) return null;
  return (
    <section className="card p-4">
      <h2 className="section-title">{words.earnings}</h2>
      {data.totals.length === 0 && <p className="text-ink-2">{words.noEarnings}</p>}
      {data.totals.map(({ currency, sales, amount, ...parts }) => (
        <dl key={currency} className="mt-2 space-y-1">
          <Line name={words.sales(sales)} value={money({ amount, currency })} />
          <Line name={words.creator} value={money({ amount: parts.creator, currency })} />
          <Line name={words.fee} value={money({ amount: parts.fee, currency })} />
          {parts.reversed > 0 && <Line name={words.reversed} value={money({ amount: parts.reversed, currency })} />}
        </dl>
      ))}
    </section>
  );
}

const Line = ({ name, value }: { name: string; value: string }) => (
  <div className="flex justify-between gap-3">
    <dt className="text-ink-2">{name}</dt>
    <dd className="tabular-nums">{value}</dd>
  </div>
);
