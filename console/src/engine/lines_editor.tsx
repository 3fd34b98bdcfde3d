// The lines of a document that is written by hand: what, how many, and the price for one in major units.
import { Plus, X } from "lucide-react";
import { useRef, useState } from "react";
import { text } from "../text";
import { useCurrency } from "./amount_input";
import { Refused, type Errors } from "./control";
import type { Field } from "./define";
import type { LineTyped } from "./values";
import { label } from "./words";

const NEW: LineTyped = { description: "", quantity: "1", unit_amount: "" };
const PARTS = ["description", "quantity", "unit_amount"] as const;
const isBlank = (line: LineTyped) => !line.description.trim() && !line.unit_amount.trim();

export default function LinesEditor({ field, errors }: { field: Field; errors: Errors }) {
  const inside = useRef<HTMLFieldSetElement>(null);
  const currency = useCurrency(inside);
  const [lines, setLines] = useState([NEW]);
  const words = text().form;
  const put = (index: number, part: Partial<LineTyped>) =>
    setLines((before) => before.map((line, at) => (at === index ? { ...line, ...part } : line)));
  // Blank lines are not sent, so the API counts without them.
  const sentAs = (index: number) => lines.slice(0, index).filter((line) => !isBlank(line)).length;
  return (
    <fieldset ref={inside} className="min-w-0">
      <legend className="mb-1 font-medium">{label(field)}</legend>
      <div className="divide-y divide-hair rounded-lg border border-line">
        {lines.map((line, index) => (
          <div
            key={index}
            className="grid grid-cols-[64px_minmax(0,1fr)_30px] items-start gap-2 p-2 sm:grid-cols-[minmax(0,1fr)_64px_150px_30px]"
          >
            {PARTS.map((part) => (
              <Cell
                key={part}
                part={part}
                index={index}
                line={line}
                currency={currency}
                error={isBlank(line) ? undefined : errors[`${field.key}.${sentAs(index)}.${part}`]}
                put={(value) => put(index, { [part]: value })}
              />
            ))}
            <button
              type="button"
              className="btn btn-ghost h-8 justify-center p-0 text-ink-2"
              aria-label={words.removeLine(index + 1)}
              disabled={lines.length === 1}
              onClick={() => setLines(lines.filter((_, at) => at !== index))}
            >
              <X size={13} />
            </button>
          </div>
        ))}
      </div>
      <button type="button" className="btn mt-2" onClick={() => setLines([...lines, NEW])}>
        <Plus size={13} />
        {words.addLine}
      </button>
      <Refused id={`field-${field.key}`} error={errors[field.key]} />
      <input type="hidden" name={field.key} value={JSON.stringify(lines)} />
      <input type="hidden" name={`${field.key}.currency`} value={currency} />
    </fieldset>
  );
}

type CellProps = {
  part: (typeof PARTS)[number];
  index: number;
  line: LineTyped;
  currency: string;
  error?: string;
  put: (value: string) => void;
};

function Cell({ part, index, line, currency, error, put }: CellProps) {
  const id = `line-${index}-${part}`;
  const isText = part === "description";
  const said = `${label({ key: part })} ${index + 1}`;
  return (
    <div className={isText ? "max-sm:col-span-3" : "relative"}>
      <input
        id={id}
        className={`input ${isText ? "" : "text-right tabular-nums"} ${part === "unit_amount" ? "pr-12" : ""}`}
        aria-label={said}
        placeholder={label({ key: part })}
        value={line[part]}
        inputMode={isText ? undefined : "decimal"}
        autoComplete="off"
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        onChange={(event) => put(event.target.value)}
      />
      {part === "unit_amount" && (
        <span className="pointer-events-none absolute top-0 right-3 flex h-8 items-center text-ink-2">{currency}</span>
      )}
      <Refused id={id} error={error} />
    </div>
  );
}
