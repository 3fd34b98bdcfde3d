// Between a field's value in the API and the text of its control.
import { account } from "../api/account";
import type { Row } from "../api/client";
import type { Field } from "./define";
import { fromZone, toZone } from "./zone";

export const ADDRESS = ["line1", "line2", "postal_code", "city", "region", "country"] as const;

/** What the control of a field shows for a row; the same for a new one. */
export function shown(field: Field, row?: Row): string {
  const value = row ? row[field.key] : field.initial;
  switch (field.kind) {
    case "address":
      return JSON.stringify(Object.fromEntries(ADDRESS.map((part) => [part, value?.[part] ?? ""])));
    case "json":
      return value && Object.keys(value).length > 0 ? JSON.stringify(value, null, 2) : "";
    case "list":
    case "permissions":
      return (value ?? []).join("\n");
    case "bool":
      return value === true || value === "true" ? "on" : "";
    case "time":
      return value ? toZone(value, account().zone) : "";
    default:
      return value == null ? "" : String(value);
  }
}

/** What is in the control now. */
export function typed(field: Field, data: FormData): string {
  if (field.kind === "permissions") return data.getAll(field.key).sort().join("\n");
  if (field.kind === "address")
    return JSON.stringify(Object.fromEntries(ADDRESS.map((part) => [part, data.get(`${field.key}.${part}`)])));
  return String(data.get(field.key) ?? "");
}

/** The same as the API takes it. Throws a `SyntaxError` for JSON that is none. */
export function parsed(field: Field, typed: string): unknown {
  switch (field.kind) {
    case "address":
      return Object.fromEntries(
        Object.entries(JSON.parse(typed) as Record<string, string>).map(([part, value]) => [part, value.trim()]),
      );
    case "json":
      return typed.trim() ? JSON.parse(typed) : {};
    case "list":
    case "permissions":
      return typed.split("\n").map((line) => line.trim()).filter(Boolean); // prettier-ignore
    case "bool":
      return typed === "on";
    case "int":
      return typed === "" ? null : Number(typed);
    case "time":
      return typed ? fromZone(typed, account().zone) : null;
    case "password":
      return typed;
    default:
      return typed.trim() === "" && !field.required ? null : typed.trim();
  }
}
