// Fields that have parts: one such object, or a list of them with rows that come and go.
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { text } from "../text";
import { Control, errorOf, Refused, type Errors } from "./control";
import type { Field } from "./define";
import { label } from "./words";

type Props = { field: Field; value: string; errors: Errors };
type Texts = Record<string, string>;

/** Each part is a field of its own, named by its path. */
function Parts({ field, path, texts, errors }: { field: Field; path: string; texts: Texts; errors: Errors }) {
  return (
    <div className="grid grid-cols-2 gap-3">
      {field.parts!.map((part) => (
        <div key={part.key} className={part.wide ? "col-span-2" : "min-w-0"}>
          <Control field={{ ...part, key: `${path}.${part.key}` }} value={texts[part.key] ?? ""} errors={errors} />
        </div>
      ))}
    </div>
  );
}

export function ObjectControl({ field, value, errors }: Props) {
  return (
    <fieldset className="rounded-lg border border-line p-3">
      <legend className="px-1 font-medium">
        {label(field)}
        {field.parts!.some(({ required }) => required) && !field.required && (
          <span className="font-normal text-ink-3"> {text().form.optional}</span>
        )}
      </legend>
      <Parts field={field} path={field.key} texts={JSON.parse(value) as Texts} errors={errors} />
      <Refused id={`field-${field.key}`} error={errors[field.key]} />
    </fieldset>
  );
}

/** Rows are numbered as they come; a number that is taken away stays free, and the form counts again when it is read. */
export function ObjectsControl({ field, value, errors }: Props) {
  const [rows, setRows] = useState(() => (JSON.parse(value) as Texts[]).map((texts, number) => ({ number, texts })));
  const add = () => {
    const texts = Object.fromEntries(field.parts!.map((part) => [part.key, part.initial ?? ""]));
    setRows([...rows, { number: (rows.at(-1)?.number ?? -1) + 1, texts }]);
  };
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 font-medium">{label(field)}</legend>
      {rows.map(({ number, texts }, index) => (
        <div key={number} className="relative rounded-lg border border-line p-3 pr-11">
          <Parts
            field={field}
            path={`${field.key}.${number}`}
            texts={texts}
            errors={renumbered(errors, field.key, index, number)}
          />
          <button
            type="button"
            className="btn btn-ghost absolute top-2 right-1 text-ink-2"
            aria-label={`${text().verb.remove}: ${label(field)} ${index + 1}`}
            onClick={() => setRows(rows.filter((row) => row.number !== number))}
          >
            <Trash2 size={14} />
          </button>
        </div>
      ))}
      <button type="button" className="btn" onClick={add}>
        <Plus size={14} />
        {text().verb.add}
      </button>
      <Refused id={`field-${field.key}`} error={rows.length === 0 ? errorOf(errors, field.key) : errors[field.key]} />
    </fieldset>
  );
}

/** The API counts the rows that it was sent; here they have kept their numbers. */
const renumbered = (errors: Errors, key: string, index: number, number: number): Errors =>
  Object.fromEntries(
    Object.entries(errors).map(([path, error]) => [
      path.startsWith(`${key}.${index}.`) ? path.replace(`${key}.${index}.`, `${key}.${number}.`) : `-${path}`,
      error,
    ]),
  );
