// Both sides of an exception beside one another, and how it stood before.
import type { Row, Schemas } from "../api/client";
import { Badge, money, Time, valueName } from "../engine/format";
import { text } from "../text";

type Side = Schemas["Side"];

export default function Difference({ row }: { row: Row }) {
  const words = text().reconciliation;
  const there: Side | null = row.there;
  const here: Side | null = row.here;
  return (
    <>
      <section className="card overflow-x-auto p-4">
        <table className="w-full text-left">
          <thead>
            <tr className="text-ink-2">
              <th scope="col">
                <span className="sr-only">{text().fields.kind}</span>
              </th>
              <th scope="col" className="px-2 py-1 font-medium">
                {words.there}
              </th>
              <th scope="col" className="px-2 py-1 font-medium">
                {words.here}
              </th>
            </tr>
          </thead>
          <tbody>
            {LINES.map(([key, show]) => (
              <tr key={key} className="border-t border-hair">
                <th scope="row" className="py-1.5 font-normal text-ink-2">
                  {text().fields[key]}
                </th>
                {[there, here].map((side, n) => (
                  <td
                    key={n}
                    className={`px-2 tabular-nums ${differs(key, there, here) ? "font-medium text-bad" : ""}`}
                  >
                    {side ? show(side) : words.nothing}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {row.former.length > 0 && <Former row={row} />}
    </>
  );
}

const of = (amount: number | null | undefined, { currency }: Side) =>
  amount == null ? "–" : money({ amount, currency });

const LINES: [key: "amount" | "fee" | "kind" | "status" | "created_at", show: (side: Side) => React.ReactNode][] = [
  ["kind", (side) => text().reconciliation.kinds[side.kind] ?? side.kind],
  ["status", (side) => (side.status ? valueName("TransactionStatus", side.status) : "–")],
  ["amount", (side) => of(side.amount, side)],
  ["fee", (side) => of(side.fee, side)],
  ["created_at", (side) => <Time at={side.at} />],
];

/** What one side does not say is no difference, unless it says nothing at all. */
function differs(key: string, there: Side | null, here: Side | null) {
  if (key === "created_at" || !there || !here) return false;
  if (key === "amount") return there.amount !== here.amount || there.currency !== here.currency;
  return key === "fee" && there.fee != null && here.fee != null && there.fee !== here.fee;
}

function Former({ row }: { row: Row }) {
  return (
    <section className="card p-4">
      <h2 className="section-title mb-2">{text().reconciliation.before}</h2>
      <ol>
        {row.former.map((each: Row) => (
          <li
            key={each.until}
            className="flex flex-wrap items-center gap-x-4 border-b border-hair py-1.5 last:border-0"
          >
            <Badge value={each.kind} values="ExceptionKind" />
            <Badge value={each.status} values="ExceptionStatus" />
            <span className="min-w-0 grow">{each.reason}</span>
            <span className="text-ink-2">
              <Time at={each.until} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
