// Twelve months of recurring revenue to come: a line with bands, and the same as a table.
import { useQuery } from "@tanstack/react-query";
import { request, type ApiError, type Money, type Schemas } from "../api/client";
import { money, valueName } from "../engine/format";
import { text, useText } from "../text";
import { ticks, useWidth } from "../ui/chart";
import { monthName } from "./revenue";

type Told = Schemas["Outlook"];

const HEIGHT = 240;
const LEFT = 60;
const BOTTOM = 24;
const LABEL_WIDTH = 76;

export default function Forecast() {
  const words = useText().insights;
  const { data, error } = useQuery<Told, ApiError>({
    queryKey: ["insights", "forecast"],
    queryFn: () => request<Told>("GET", "/insights/forecast"),
  });
  return (
    <div className="space-y-6 p-4 sm:p-6">
      <h1 className="page-title">{words.forecast}</h1>
      {error && (
        <p role="alert" className="text-bad">
          {error.message}
        </p>
      )}
      {!data && !error && <div className="skeleton h-96" aria-busy />}
      {data && data.steps.length === 0 && <p className="text-ink-2">{words.short}</p>}
      {data && data.steps.length > 0 && (
        <>
          <p className="text-ink-2">{words.model(valueName("Chosen", data.model), data.history)}</p>
          <Chart told={data} />
          <Steps steps={data.steps} />
        </>
      )}
    </div>
  );
}

function Chart({ told }: { told: Told }) {
  const [ref, width] = useWidth();
  const { series, steps, currency } = told;
  const months = [...series, ...steps].map(({ month }) => month);
  const marks = ticks(Math.max(1, ...series.map(({ mrr }) => mrr.amount), ...steps.map(({ hi95 }) => hi95.amount)));
  const top = marks[marks.length - 1];
  const x = (index: number) => LEFT + ((width - LEFT - 8) * index) / (months.length - 1);
  const y = (amount: number) => 10 + (HEIGHT - BOTTOM - 10) * (1 - amount / top);
  const path = (values: Money[], from: number) =>
    values.map(({ amount }, index) => `${x(from + index).toFixed(1)},${y(amount).toFixed(1)}`);
  const last = series.slice(-1).map(({ mrr }) => mrr);
  const from = series.length - last.length;
  const band = (high: Money[], low: Money[]) =>
    `M${[...path([...last, ...high], from), ...path([...last, ...low], from).reverse()].join("L")}Z`;
  const every = Math.max(1, Math.ceil((months.length * LABEL_WIDTH) / Math.max(1, width - LEFT)));
  const end = steps[steps.length - 1];
  return (
    <figure ref={ref} style={{ height: HEIGHT }}>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`${text().insights.forecast}: ${monthName(end.month)} ${money(end.value)}`}
          className="text-xs text-accent"
        >
          {marks.map((amount) => (
            <g key={amount}>
              <line x1={LEFT} x2={width - 8} y1={y(amount)} y2={y(amount)} stroke="var(--hair)" />
              <text x={LEFT - 10} y={y(amount) + 4} textAnchor="end" fill="var(--ink-3)">
                {money({ amount, currency }, { notation: "compact", maximumFractionDigits: 1 })}
              </text>
            </g>
          ))}
          {months.map(
            (month, index) =>
              index % every === 0 &&
              x(index) < width - LABEL_WIDTH / 2 && (
                <text key={month} x={x(index)} y={HEIGHT - 6} textAnchor="middle" fill="var(--ink-3)">
                  {monthName(month)}
                </text>
              ),
          )}
          <path
            d={band(
              steps.map(({ hi95 }) => hi95),
              steps.map(({ lo95 }) => lo95),
            )}
            fill="currentColor"
            opacity=".1"
          />
          <path
            d={band(
              steps.map(({ hi80 }) => hi80),
              steps.map(({ lo80 }) => lo80),
            )}
            fill="currentColor"
            opacity=".16"
          />
          <g fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinejoin="round">
            <path
              d={`M${path(
                series.map(({ mrr }) => mrr),
                0,
              ).join("L")}`}
            />
            <path d={`M${path([...last, ...steps.map(({ value }) => value)], from).join("L")}`} strokeDasharray="4 4" />
          </g>
        </svg>
      )}
    </figure>
  );
}

function Steps({ steps }: { steps: Told["steps"] }) {
  const words = text().insights;
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={words.forecast}>
      <table className="w-full text-right tabular-nums">
        <thead className="text-xs text-ink-2">
          <tr>
            <th className="py-2 text-left font-medium">{words.month}</th>
            {[words.expected, words.likely, words.nearly].map((title) => (
              <th key={title} className="py-2 pl-4 font-medium">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-hair">
          {steps.map((step) => (
            <tr key={step.month}>
              <td className="py-2 text-left whitespace-nowrap">{monthName(step.month)}</td>
              <td className="py-2 pl-4 font-medium">{money(step.value)}</td>
              <td className="py-2 pl-4 whitespace-nowrap">
                {money(step.lo80)} – {money(step.hi80)}
              </td>
              <td className="py-2 pl-4 whitespace-nowrap">
                {money(step.lo95)} – {money(step.hi95)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
