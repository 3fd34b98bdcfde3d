// The lines of a document and what they come to.
import type { Schemas } from "../api/client";
import { day, money, number, price } from "../engine/format";
import { text } from "../text";
import { Explained, type Derivation } from "./derivation";

type Line = {
  id: string;
  kind: string;
  description: string;
  quantity: string;
  unit_amount: string;
  amount: number;
  period_start: string | null;
  period_end: string | null;
  derivation: Derivation;
};
type Tax = {
  category: string;
  rate: string;
  base: number;
  amount: number;
  note: string;
  derivations: { amount: Derivation };
};
export type Bill = Schemas["InvoiceBreakdown"];
type Currency = Schemas["Currency"];

const linesOf = (bill: { lines: Bill["lines"] }) => bill.lines as unknown as Line[];

export function Lines({ bill }: { bill: Pick<Bill, "lines" | "currency"> }) {
  const words = text().money;
  const fields = text().fields;
  return (
    <div className="overflow-x-auto" role="region" aria-label={fields.lines} tabIndex={0}>
      <table className="w-full border-collapse">
        <thead className="border-b border-line text-left text-xs text-ink-2">
          <tr>
            <th scope="col" className="py-2 pr-3 pl-4 font-medium">
              {fields.description}
            </th>
            <th scope="col" className="px-3 text-right font-medium max-sm:hidden">
              {words.quantity}
            </th>
            <th scope="col" className="px-3 text-right font-medium max-sm:hidden">
              {words.unitPrice}
            </th>
            <th scope="col" className="py-2 pr-4 pl-3 text-right font-medium">
              {fields.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {linesOf(bill).map((line) => (
            <LineRow key={line.id} line={line} currency={bill.currency} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LineRow({ line, currency }: { line: Line; currency: Currency }) {
  // What is prorated has no price for one that would say anything: its derivation does.
  const priced = line.kind === "recurring" || line.kind === "one_off";
  const each = price(line.unit_amount, currency);
  return (
    <tr className="border-b border-hair align-top last:border-0">
      <td className="py-2 pr-3 pl-4 break-words">
        {line.description}
        {line.period_start && line.period_end && (
          <span className="block text-xs text-ink-2">
            {day(line.period_start)} – {day(line.period_end)}
          </span>
        )}
        {priced && (
          <span className="block text-xs text-ink-2 tabular-nums sm:hidden">
            {number(Number(line.quantity))} × {each}
          </span>
        )}
      </td>
      <td className="px-3 py-2 text-right tabular-nums max-sm:hidden">{priced && number(Number(line.quantity))}</td>
      <td className="px-3 py-2 text-right whitespace-nowrap tabular-nums max-sm:hidden">{priced && each}</td>
      <td className="py-2 pr-4 pl-3 text-right whitespace-nowrap">
        <Explained label={line.description} amount={line.amount} currency={currency} derivation={line.derivation} />
      </td>
    </tr>
  );
}

type Figure = keyof Bill &
  (
    "subtotal" | "discount" | "rounding" | "total" | "credited" | "balance_applied" | "amount_due" | "credit_to_balance"
  );

/** From subtotal to what is due; what is zero and says nothing is left out. */
export function Totals({ bill }: { bill: Bill }) {
  const derivations = bill.derivations as Record<string, Derivation | undefined>;
  const sum = (key: Figure, look = "", sign: 1 | -1 = 1) => (
    <Sum
      key={key}
      look={look}
      name={text().fields[key]}
      value={
        <Explained
          label={text().fields[key]}
          amount={bill[key]}
          sign={sign}
          currency={bill.currency}
          derivation={derivations[key]}
        />
      }
    />
  );
  const some = (key: Figure, sign: 1 | -1 = 1) => (bill[key] === 0 ? null : sum(key, "", sign));
  const settled = bill.amount_due !== bill.total || bill.credit_to_balance !== 0;
  return (
    <div className="border-t border-hair">
      <dl className="ml-auto max-w-80 space-y-1 p-4">
        {sum("subtotal")}
        {some("discount", -1)}
        {(bill.taxes as unknown as Tax[]).map((tax) => (
          <TaxLine key={tax.category + tax.rate} tax={tax} currency={bill.currency} />
        ))}
        {some("rounding")}
        {sum("total", "font-semibold")}
        {some("credited", -1)}
        {some("balance_applied", -1)}
        {settled && sum("amount_due", "font-semibold border-t border-hair pt-1")}
        {some("credit_to_balance")}
      </dl>
    </div>
  );
}

function TaxLine({ tax, currency }: { tax: Tax; currency: Currency }) {
  const name = text().money.taxNamed(tax.rate);
  const note = tax.note && <span className="block text-xs">{tax.note}</span>;
  return (
    <Sum
      name={
        <>
          {name} <span className="text-xs">({money({ amount: tax.base, currency })})</span>
          {note}
        </>
      }
      value={<Explained label={name} amount={tax.amount} currency={currency} derivation={tax.derivations.amount} />}
    />
  );
}

function Sum({ name, value, look = "" }: { name: React.ReactNode; value: React.ReactNode; look?: string }) {
  return (
    <div className={`flex justify-between gap-6 ${look}`}>
      <dt className={look ? "" : "text-ink-2"}>{name}</dt>
      <dd className="whitespace-nowrap">{value}</dd>
    </div>
  );
}
