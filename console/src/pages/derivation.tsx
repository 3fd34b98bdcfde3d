// Why an amount is what it is: the rule, what went into it, and what was rounded.
import { Popover } from "radix-ui";
import { useState } from "react";
import { account } from "../api/account";
import type { Schemas } from "../api/client";
import { resource } from "../engine/define";
import { money, price } from "../engine/format";
import { RefName } from "../engine/names";
import { text } from "../text";

type Currency = Schemas["Currency"];
export type Derivation = { rule: string; inputs: Record<string, unknown>; exact: string; rounding: string };
/** `sign`: how the amount counts where it stands; its derivation is of the amount itself. */
type Props = { label: string; amount: number; currency: Currency; derivation?: Derivation; sign?: 1 | -1 };

/** An amount that says on demand how it came about. */
export function Explained({ label, amount, currency, derivation, sign = 1 }: Props) {
  const [home, setHome] = useState<HTMLElement | null>(null);
  const shown = money({ amount: sign * amount, currency });
  if (!derivation) return <span className="tabular-nums">{shown}</span>;
  return (
    <Popover.Root>
      <Popover.Trigger
        ref={(trigger) => setHome(homeOf(trigger))}
        aria-label={text().money.explain(label, shown)}
        className="tabular-nums underline decoration-[var(--control)] decoration-dotted underline-offset-4 hover:decoration-solid"
      >
        {shown}
      </Popover.Trigger>
      <Popover.Portal container={home}>
        <Popover.Content className="popover w-[min(340px,92vw)] p-4" align="end" sideOffset={6} aria-label={label}>
          <Steps derivation={derivation} amount={amount} currency={currency} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Above a dialog only what is inside of it can be reached. */
const homeOf = (trigger: HTMLElement | null) =>
  trigger?.closest<HTMLElement>('[role="dialog"]') ?? document.getElementById("main");

function Steps({ derivation, amount, currency }: { derivation: Derivation; amount: number; currency: Currency }) {
  const words = text().money;
  const whole = derivation.exact.endsWith("/1");
  return (
    <>
      <p className="mb-2 font-medium">{words.rules[derivation.rule] ?? derivation.rule}</p>
      <dl className="space-y-1">
        {rows(derivation.inputs, currency).map(([name, value], index) => (
          <Pair key={index} name={name} value={value} />
        ))}
      </dl>
      <dl className="mt-2 space-y-1 border-t border-hair pt-2">
        {!whole && <Pair name={words.exactly} value={exactly(derivation.exact, currency)} />}
        <Pair name={whole ? words.exactly : words.rounded} value={<b>{money({ amount, currency })}</b>} />
      </dl>
    </>
  );
}

function Pair({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-ink-2">{name}</dt>
      <dd className="text-right break-words tabular-nums">{value}</dd>
    </div>
  );
}

/** A fraction of minor units, as it was before it was rounded. */
function exactly(exact: string, currency: Currency) {
  const [n, d] = exact.split("/").map(Number);
  return (
    <span title={`${exact} ${text().money.minorUnits}`}>
      {money({ amount: n / d, currency }, { maximumFractionDigits: 6 })}
    </span>
  );
}

type Shown = [name: string, value: React.ReactNode];
const MONEY = ["available", "base", "gross", "invoiced", "value"];
const TIMES = ["at", "period_start", "period_end"];
/** In the order in which they are understood; the rest is not told. */
const ORDER = ["terms", "quantity", "unit_amount", "price_id", "invoiced", "line_id", "base", "gross", "rate", "value", "percent", "weights", "available", "period_start", "at", "period_end", "remaining_days", "period_days", "zone"]; // prettier-ignore

function rows(inputs: Record<string, unknown>, currency: Currency): Shown[] {
  return ORDER.filter((key) => key in inputs).flatMap((key): Shown[] => {
    const value = inputs[key];
    if (key === "terms") return (value as [string, number][]).map(([name, amount]) => [term(name), money({ amount, currency })]); // prettier-ignore
    return [[text().money.inputs[key] ?? key, input(key, value, currency)]];
  });
}

/** The name of a sum's part: a total's own, the number of a line, or a tax category with its rate. */
function term(name: string) {
  const words = text().money;
  const rate = /^[A-Z]+ ([\d.]+)$/.exec(name);
  if (rate) return words.taxNamed(rate[1]);
  return words.terms[name] ?? (/^\d+$/.test(name) ? words.line(name) : name);
}

function input(key: string, value: unknown, currency: Currency): React.ReactNode {
  if (MONEY.includes(key)) return money({ amount: Number(value), currency });
  if (key === "unit_amount") return price(String(value), currency);
  if (key === "weights") return (value as number[]).map((amount) => money({ amount, currency })).join(", ");
  if (TIMES.includes(key)) return moment(String(value));
  if (key === "line_id") return <LineOf id={String(value)} />;
  if (key === "price_id") return <RefName res={resource("prices")!} id={String(value)} />;
  if (key === "rate" || key === "percent") return `${value} %`;
  if (key.endsWith("_days")) return days(String(value));
  return String(value);
}

/** `inv_…#1` is the first line of an invoice. */
function LineOf({ id }: { id: string }) {
  const [invoice, line] = id.split("#");
  return (
    <>
      <RefName res={resource("invoices")!} id={invoice} />, {text().money.line(line)}
    </>
  );
}

const moment = (at: string) =>
  new Intl.DateTimeFormat(text().code, {
    timeZone: account().zone,
    dateStyle: "medium",
    timeStyle: "short",
  }).format(new Date(at));

/** Days are exact fractions: `421/24` is 17.5417. */
function days(fraction: string) {
  const [n, d] = fraction.split("/").map(Number);
  return (
    <span title={fraction}>
      {new Intl.NumberFormat(text().code, { maximumFractionDigits: 4 }).format(n / (d || 1))}
    </span>
  );
}
