// Between a field's value in the API and the text of its control.
import { account, home } from "../api/account";
import type { Row } from "../api/client";
import { text } from "../text";
import { decimal, toMinor } from "./amounts";
import type { Field } from "./define";
import { fromZone, toZone } from "./zone";

export const ADDRESS = ["line1", "line2", "postal_code", "city", "region", "country"] as const;

/** What was typed is nothing that the API could take. `path` is the field's, as in the API's own problems. */
export class Unreadable extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

export type LineTyped = { description: string; quantity: string; unit_amount: string };
const UNREADABLE = "?";

/** The same as the API has it, or marked as unreadable, so that `parsed` can say so. */
function read(typed: string, how: (typed: string) => string) {
  if (!typed.trim()) return "";
  try {
    return how(typed);
  } catch {
    return UNREADABLE + typed;
  }
}

/** What the control of a field shows for a row; the same for a new one. */
export function shown(field: Field, row?: Row): string {
  const value = row ? row[field.key] : field.initial;
  switch (field.kind) {
    case "address":
      return JSON.stringify(Object.fromEntries(ADDRESS.map((part) => [part, value?.[part] ?? ""])));
    case "json":
      return value && Object.keys(value).length > 0 ? JSON.stringify(value, null, 2) : "";
    case "choices":
      return [value ?? []].flat().sort().join("\n");
    case "list":
    case "permissions":
      return [value ?? []].flat().join("\n");
    case "ints":
      return Array.isArray(value) ? value.join(", ") : (value ?? "");
    case "object":
      return JSON.stringify(texts(field, value));
    case "objects":
      return JSON.stringify(((value ?? []) as Row[]).map((each) => texts(field, each)));
    case "bool":
      return value === true || value === "true" ? "on" : "";
    case "time":
      return value ? toZone(value, account().zone) : "";
    case "currency":
      return value ?? (row ? "" : account().currency);
    case "zone":
    case "language":
      return value ?? (row ? "" : home()[field.kind]);
    case "money":
      return value == null ? "" : String(value.amount ?? value);
    case "lines":
      return JSON.stringify(value ?? []);
    default:
      return value == null ? "" : String(value);
  }
}

const texts = (field: Field, value: Row | undefined) =>
  Object.fromEntries(field.parts!.map((part) => [part.key, shown(part, value ?? undefined)]));

const typedParts = (field: Field, path: string, data: FormData) =>
  Object.fromEntries(field.parts!.map((part) => [part.key, typed({ ...part, key: `${path}.${part.key}` }, data)]));

/** The numbers of the rows that are there, in order. */
function rowsOf(field: Field, data: FormData) {
  const first = [...data.keys()].filter((name) => name.startsWith(`${field.key}.`)).map((name) => Number(name.split(".")[1])); // prettier-ignore
  return [...new Set(first)];
}

/** Null where a required part is empty: then there is no such object. */
function parsedParts(field: Field, said: Record<string, string>) {
  if (field.parts!.some((part) => part.required && !said[part.key]?.trim())) return null;
  return Object.fromEntries(
    field.parts!.map((part) => [part.key, part.kind ? parsed(part, said[part.key]) : said[part.key].trim()]),
  );
}

/** What is in the control now. */
export function typed(field: Field, data: FormData): string {
  if (field.kind === "object") return JSON.stringify(typedParts(field, field.key, data));
  if (field.kind === "objects")
    return JSON.stringify(rowsOf(field, data).map((row) => typedParts(field, `${field.key}.${row}`, data)));
  const currency = String(data.get(`${field.key}.currency`));
  if (field.kind === "money" || field.kind === "price")
    return read(String(data.get(field.key) ?? ""), (amount) => toMinor(amount, currency));
  if (field.kind === "decimal") return read(String(data.get(field.key) ?? ""), decimal);
  if (field.kind === "lines") {
    const lines = (JSON.parse(String(data.get(field.key) || "[]")) as LineTyped[]).map((line) => ({
      description: line.description.trim(),
      quantity: read(line.quantity, decimal),
      unit_amount: read(line.unit_amount, (amount) => toMinor(amount, currency)),
    }));
    return JSON.stringify(lines.filter(({ description, unit_amount }) => description || unit_amount));
  }
  if (field.kind === "permissions" || field.kind === "choices") return data.getAll(field.key).sort().join("\n");
  if (field.kind === "address")
    return JSON.stringify(Object.fromEntries(ADDRESS.map((part) => [part, data.get(`${field.key}.${part}`)])));
  return String(data.get(field.key) ?? "");
}

function readJson(field: Field, typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch (error) {
    throw new Unreadable(field.key, (error as SyntaxError).message);
  }
}

function checked(path: string, amount: string) {
  if (amount.startsWith(UNREADABLE)) throw new Unreadable(path, text().form.notAmount);
  return amount;
}

function readLines(field: Field, typed: string) {
  return (JSON.parse(typed) as LineTyped[]).map(({ description, quantity, unit_amount }, index) => ({
    description,
    quantity: checked(`${field.key}.${index}.quantity`, quantity) || "1",
    unit_amount: checked(`${field.key}.${index}.unit_amount`, unit_amount),
  }));
}

/** In whole minor units. */
function readMoney(field: Field, typed: string) {
  if (typed === "") return null;
  if (checked(field.key, typed).includes(".")) throw new Unreadable(field.key, text().form.tooPrecise);
  return Number(typed);
}

/** The same as the API takes it. Throws `Unreadable`. */
export function parsed(field: Field, typed: string): unknown {
  switch (field.kind) {
    case "address":
      return Object.fromEntries(
        Object.entries(JSON.parse(typed) as Record<string, string>).map(([part, value]) => [part, value.trim()]),
      );
    case "json":
      return typed.trim() ? readJson(field, typed) : {};
    case "choices":
    case "list":
    case "permissions":
      return typed.split("\n").map((line) => line.trim()).filter(Boolean); // prettier-ignore
    case "ints":
      return typed.split(/[^0-9]+/).filter(Boolean).map(Number); // prettier-ignore
    case "object":
      return parsedParts(field, JSON.parse(typed));
    case "objects":
      return (JSON.parse(typed) as Record<string, string>[]).flatMap((each) => parsedParts(field, each) ?? []);
    case "bool":
      return typed === "on";
    case "duration":
    case "int":
      return typed === "" ? null : Number(typed);
    case "time":
      return typed ? fromZone(typed, account().zone) : null;
    case "password":
      return typed;
    case "currency":
      return typed.trim().toUpperCase();
    case "price":
    case "decimal":
      return checked(field.key, typed);
    case "money":
      return readMoney(field, typed);
    case "lines":
      return readLines(field, typed);
    default:
      return typed.trim() === "" && !field.required ? null : typed.trim();
  }
}
