// What a churn probability's page shows above its fields: what raises it.
import type { Row, Schemas } from "../api/client";
import { valueName } from "../engine/format";
import { text, useText } from "../text";

export default function Churn({ row }: { row: Row }) {
  useText();
  const words = text().insights;
  const reasons = row.reasons as Schemas["WhyChurn"][];
  return (
    <section className="card p-4">
      <h2 className="section-title">{words.why}</h2>
      {reasons.length === 0 && <p className="text-ink-2">{words.nothing}</p>}
      <dl className="mt-2 space-y-1">
        {reasons.map(({ code, value }) => (
          <div key={code} className="flex justify-between gap-3">
            <dt className="text-ink-2">{valueName("ChurnReason", code)}</dt>
            <dd className="tabular-nums">{["mrr_trend", "canceling"].includes(code) ? words.percent(value) : value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
