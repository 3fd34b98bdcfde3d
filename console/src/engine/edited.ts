// What a form says that its row does not.
import type { Row } from "../api/client";
import type { Field } from "./define";
import { shown, typed } from "./values";

/** The fields whose control says something else than the row. */
export function edited(fields: Field[], form: HTMLFormElement, row?: Row) {
  const data = new FormData(form);
  return fields.filter((field) => typed(field, data) !== shown(field, row));
}
