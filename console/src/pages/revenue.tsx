// Recurring revenue month by month: what moved it, and how much of it stays.
import { useQuery } from "@tanstack/react-query";
import { request, type ApiError, type Money, type Schemas } from "../api/client";
import { money } from "../engine/format";
import { text, useText } from "../text";
import { AreaChart } from "../ui/area_chart";

type Figures = Schemas["Revenue"];

const whole = (value: Money) => money(value, { maximumFractionDigits: 0 });
const short = (value: Money) => money(value, { notation: "compact", maximumFractionDigits: 1 });
export const monthName = (day: string) =>
  new Intl.DateTimeFormat(text().code, { month: "short", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${day.slice(0, 7)}-01`),
  );

export default function Revenue() {
  const words = useText().insights;
  const { data, error } = useQuery<Figures, ApiError>({
    queryKey: ["insights", "revenue"],
    queryFn: () => request<Figures>("GET", "/insights/revenue"),
  });
  return (
    <div className="space-y-6 p-4 sm:p-6">
      <h1 className="page-title">{words.revenue}</h1>
      {error && (
        <p role="alert" className="text-bad">
          {error.message}
        </p>
      )}
      {!data && !error && <div className="skeleton h-96" aria-busy />}
      {data && <Shown figures={data} />}
    </div>
  );
}

function Shown({ figures }: { figures: Figures }) {
  const { currency } = figures;
  const points = figures.series.map(({ begin, end }) => ({
    label: monthName(begin),
    value: end.amount,
    forecast: false,
  }));
  return (
    <>
      <Tiles figures={figures} />
      <AreaChart
        title={text().overview.mrr}
        points={points}
        format={(amount) => whole({ amount, currency })}
        axisFormat={(amount) => short({ amount, currency })}
      />
      <Moves figures={figures} />
    </>
  );
}

function Tiles({ figures }: { figures: Figures }) {
  const words = text().insights;
  const percent = (perMille: number | null) => (perMille === null ? "–" : words.percent(perMille));
  const tiles = [
    [text().overview.mrr, whole(figures.mrr)],
    [words.arr, whole(figures.arr)],
    [words.arpa, figures.arpa ? money(figures.arpa) : "–"],
    [words.nrr, percent(figures.nrr_per_mille)],
    [words.grr, percent(figures.grr_per_mille)],
    [words.revenueChurn, percent(figures.revenue_churn_per_mille)],
    [words.customerChurn, percent(figures.customer_churn_per_mille)],
    [words.paying, String(figures.paying)],
  ];
  return (
    <dl className="card grid grid-cols-2 gap-px overflow-hidden bg-line md:grid-cols-4">
      {tiles.map(([name, value]) => (
        <div key={name} className="bg-panel p-4">
          <dt className="text-ink-2">{name}</dt>
          <dd className="mt-1 text-xl font-semibold tracking-tight tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const KINDS = ["new", "expansion", "contraction", "churn", "reactivation"] as const;

function Moves({ figures }: { figures: Figures }) {
  const words = text().insights;
  const names = text().overview;
  const titles = [names.fresh, names.expansion, names.contraction, names.churn, names.reactivation];
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={names.movements}>
      <table className="w-full text-right tabular-nums">
        <thead className="text-xs text-ink-2">
          <tr>
            <th className="py-2 text-left font-medium">{words.month}</th>
            {[words.start, ...titles, words.end].map((title) => (
              <th key={title} className="py-2 pl-4 font-medium">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-hair">
          {figures.series.map((span) => (
            <tr key={span.begin}>
              <td className="py-2 text-left whitespace-nowrap">{monthName(span.begin)}</td>
              {[span.start, ...KINDS.map((kind) => span.movements[kind]), span.end].map((value, index) => (
                <td key={index} className="py-2 pl-4">
                  {money(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
