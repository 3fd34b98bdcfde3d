// How values look: money, time, status, ids. The company decides the zone, the reader's language how it is written.
import { Check, Copy, Minus } from "lucide-react";
import { Fragment } from "react";
import { toast } from "sonner";
import { Link } from "wouter";
import { account } from "../api/account";
import type { Money, Row } from "../api/client";
import { text, useText } from "../text";
import type { EnumName, Field } from "./define";
import { resource } from "./define";
import { browser } from "./browser";
import { choiceName } from "./choices";
import { exponent } from "./currencies";
import { duration } from "./duration";
import { RefName } from "./names";
import { RoleName } from "./roles";
import { label } from "./words";

export function money({ amount, currency }: Money, options?: Intl.NumberFormatOptions) {
  const digits = exponent(currency);
  const most = options?.maximumFractionDigits ?? digits;
  const fraction = { maximumFractionDigits: most, minimumFractionDigits: most < digits ? 0 : digits };
  const all = { style: "currency", currency, ...options, ...fraction } as const;
  return new Intl.NumberFormat(text().code, all).format(amount / 10 ** digits);
}

/** A price for one: a decimal of minor units, which may be less than the smallest coin. */
export const price = (minor: string, currency: string) =>
  money(
    { amount: Number(minor), currency: currency as Money["currency"] },
    minor.includes(".") ? { maximumFractionDigits: 12 } : undefined,
  );

export const number = (value: number) =>
  new Intl.NumberFormat(text().code, { maximumFractionDigits: 12 }).format(value);

const DATE = "2026-01-31".length;
const date = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(text().code, { timeZone: account().zone, ...options });
/** Of a moment in the company's zone, if no other is named, or a date, which is the same in all zones. */
export const day = (at: string, zone = account().zone) =>
  date({ dateStyle: "medium", timeZone: at.length === DATE ? "UTC" : zone }).format(new Date(at));
export const moment = (at: string) => date({ dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
export const clock = (at: string) => date({ timeStyle: "short" }).format(new Date(at));
const exact = (at: string) => date({ dateStyle: "full", timeStyle: "long" }).format(new Date(at));

const HOUR_MS = 3_600_000;

function sinceOrDate(at: string) {
  const relative = new Intl.RelativeTimeFormat(text().code, { numeric: "auto" });
  const hours = (new Date(at).getTime() - Date.now()) / HOUR_MS;
  if (Math.abs(hours) < 1) return relative.format(Math.round(hours * 60), "minute");
  if (Math.abs(hours) < 24) return relative.format(Math.round(hours), "hour");
  if (Math.abs(hours) < 24 * 7) return relative.format(Math.round(hours / 24), "day");
  return day(at);
}

/** Relative while it is near, a date after a week; the exact time on hover. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exact(at)} className="whitespace-nowrap">
      {sinceOrDate(at)}
    </time>
  );
}

// Only what needs somebody is tinted; the normal case stays quiet, so that trouble can be seen in a column of fifty.
const quiet = "bg-transparent text-ink";
const ok = ["bg-ok", quiet] as const;
const info = ["bg-info", quiet] as const;
const warn = ["bg-warn", "bg-warn-soft text-warn"] as const;
const bad = ["bg-bad", "bg-bad-soft text-bad"] as const;
const look: Record<string, readonly [dot: string, tint: string]> = {
  ...Object.fromEntries(
    [
      "active",
      "paid",
      "succeeded",
      "sent",
      "done",
      "ready",
      "current",
      "accepted",
      "up",
      "resolved",
      "live",
      "published",
    ].map((it) => [it, ok]),
  ),
  ...Object.fromEntries(["trialing", "open", "pending", "processing", "provisioning", "running", "queued", "advancing", "scheduled", "review"].map((it) => [it, info])), // prettier-ignore
  ...Object.fromEntries(
    [
      "past_due",
      "requires_action",
      "unknown",
      "offboarding",
      "lost",
      "warned",
      "degraded",
      "acknowledged",
      "warning",
    ].map((it) => [it, warn]),
  ),
  ...Object.fromEntries(
    ["suspended", "uncollectible", "failed", "breached", "down", "opened", "critical"].map((it) => [it, bad]),
  ),
};

/** What a value of an enum is called. */
export const valueName = (name: EnumName | undefined, value: string): string =>
  (name && (text().values[name] as Record<string, string>)[value]) ?? value.replace(/_/g, " ");

export function Badge({ value, values }: { value: string; values?: EnumName }) {
  useText();
  const [dot, tint] = look[value] ?? ["bg-ink-3", "bg-transparent text-ink-2"];
  const padding = tint.startsWith("bg-transparent") ? "" : "px-1.5 -ml-1.5";
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-md align-top leading-5 whitespace-nowrap ${padding} ${tint}`}
    >
      <span className={`size-1.5 rounded-full ${dot}`} />
      {valueName(values, value)}
    </span>
  );
}

export async function copy(what: string, label = what) {
  await navigator.clipboard.writeText(what);
  toast(text().verb.copied(label));
}

export function CopyId({ id }: { id: string }) {
  return (
    <button
      className="inline-flex max-w-full items-center gap-1 font-mono text-xs text-ink-2 hover:text-ink"
      aria-label={text().verb.copy(id)}
      onClick={() => copy(id)}
    >
      <span className="truncate">{id}</span>
      <Copy size={12} className="shrink-0" />
    </button>
  );
}

const isMoney = (value: unknown): value is Money =>
  typeof value === "object" && value !== null && "amount" in value && "currency" in value;

export const isEmpty = (value: unknown) =>
  value == null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

/** Any value of the API as a short text, for the timeline and for dialogs. */
export function plain(value: unknown): string {
  if (isEmpty(value)) return text().detail.empty;
  if (typeof value === "boolean") return value ? text().list.yes : text().list.no;
  if (isMoney(value)) return money(value);
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return day(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const ADDRESS = ["line1", "line2", "postal_code", "city", "region", "country"];

function Listed({ items }: { items: unknown[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {items.map((item, index) => (
        <span key={index} className="min-w-0 wrap-anywhere rounded bg-fill px-1.5">
          {plain(item)}
        </span>
      ))}
    </span>
  );
}

function Reference({ field, value, linked }: { field: Field; value: string; linked: boolean }) {
  const target = field.ref && resource(field.ref);
  if (!target) return <span className="font-mono text-xs text-ink-2">{value}</span>;
  if (!linked) return <RefName res={target} id={value} />;
  return (
    <Link href={`/${target.name}/${value}`} className="hover:underline">
      <RefName res={target} id={value} />
    </Link>
  );
}

const Color = ({ value }: { value: string }) => (
  <span className="inline-flex items-center gap-1.5">
    <svg className="size-3.5 rounded border border-line" aria-hidden>
      <rect width="14" height="14" fill={value} />
    </svg>
    {value}
  </span>
);

/** The parts that are there, each with its name. */
function Parts({ field, value }: { field: Field; value: Row }) {
  const there = field.parts!.filter((part) => value[part.key] != null && value[part.key] !== "");
  if (there.length === 0) return <span className="text-ink-3">–</span>;
  return (
    <span className="flex flex-wrap gap-x-3">
      {there.map((part) => (
        <span key={part.key}>
          <span className="text-ink-3">{label(part)}</span> <Value field={part} row={value} />
        </span>
      ))}
    </span>
  );
}

function References({ field, ids, linked }: { field: Field; ids: string[]; linked: boolean }) {
  return (
    <>
      {ids.map((id, index) => (
        <Fragment key={id}>
          {index > 0 && ", "}
          <Reference field={field} value={id} linked={linked} />
        </Fragment>
      ))}
    </>
  );
}

/** `linked`: whether a reference leads to its record; not within what is a link itself. */
export function Value({ field, row, linked = true }: { field: Field; row: Row; linked?: boolean }) {
  const value = row[field.key];
  if (isEmpty(value)) return <span className="text-ink-3">–</span>;
  if (field.say) return <>{field.say(row)}</>;
  switch (field.kind) {
    case "enum":
      // Only a state has a colour; a kind of something is a word.
      if (field.key !== "status" && !(value in look)) return <>{valueName(field.values, value)}</>;
      return <Badge value={value} values={field.values} />;
    case "money":
      return (
        <span className="tabular-nums">
          {money(isMoney(value) ? value : { amount: value, currency: row[field.currency ?? "currency"] })}
        </span>
      );
    case "price":
      return <span className="tabular-nums">{price(value, row[field.currency ?? "currency"])}</span>;
    case "decimal":
      return <span className="tabular-nums">{number(value)}</span>;
    case "int":
      return <span className="tabular-nums">{number(value)}</span>;
    case "bool":
      return value ? <Check size={14} aria-label={text().list.yes} /> : <Minus size={14} className="text-ink-3" aria-label={text().list.no} />; // prettier-ignore
    case "time":
    case "date":
      return (
        <span className="text-ink-2">
          <Time at={value} />
        </span>
      );
    case "role":
      return <RoleName role={value} />;
    case "zone":
    case "language":
    case "country":
      return <>{choiceName(field.kind, value)}</>;
    case "duration":
      return <>{duration(value)}</>;
    case "browser":
      return <span title={value}>{browser(value)}</span>;
    case "color":
      return <Color value={value} />;
    case "object":
      return <Parts field={field} value={value} />;
    case "objects":
      return (
        <>
          {(value as Row[]).map((each, index) => (
            <Parts key={index} field={field} value={each} />
          ))}
        </>
      );
    case "ref":
      return <Reference field={field} value={value} linked={linked} />;
    case "id":
      return <CopyId id={value} />;
    case "choices":
      return <>{(value as string[]).map((each) => valueName(field.values, each)).join(", ")}</>;
    case "list":
    case "ints":
    case "permissions":
      return field.ref ? <References field={field} ids={value} linked={linked} /> : <Listed items={value} />;
    case "address":
      return (
        <>
          {ADDRESS.map((part) => value[part])
            .filter(Boolean)
            .join(", ")}
        </>
      );
    case "json":
      return <code className="text-xs break-all">{JSON.stringify(value)}</code>;
    default:
      return <>{String(value)}</>;
  }
}
