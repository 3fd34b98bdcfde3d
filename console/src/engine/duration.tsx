// Seconds as people say them: "15 minutes", "30 days".
import { useState } from "react";
import { text } from "../text";

const UNITS = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;
type Unit = keyof typeof UNITS;

/** The largest unit of which it is a whole number. */
const unitOf = (seconds: number) =>
  (Object.keys(UNITS) as Unit[]).findLast((unit) => seconds % UNITS[unit] === 0 && seconds > 0) ?? "second";

const written = (value: number, unit: Unit) =>
  new Intl.NumberFormat(text().code, { style: "unit", unit, unitDisplay: "long" }).format(value);

export function duration(seconds: number) {
  const unit = unitOf(seconds);
  return written(seconds / UNITS[unit], unit);
}

/** "minutes", as it follows a number. */
const unitName = (unit: Unit, value: number) =>
  new Intl.NumberFormat(text().code, { style: "unit", unit, unitDisplay: "long" })
    .formatToParts(value)
    .find(({ type }) => type === "unit")?.value ?? unit;

type Props = { id: string; name: string; defaultValue: string; label: string };

export function Duration({ name, defaultValue, label, ...rest }: Props) {
  const [unit, setUnit] = useState<Unit>(unitOf(Number(defaultValue)));
  const [typed, setTyped] = useState(defaultValue && String(Number(defaultValue) / UNITS[unit]));
  return (
    <div className="flex gap-2">
      <input type="hidden" name={name} value={typed && String(Math.round(Number(typed) * UNITS[unit]))} />
      <input
        {...rest}
        className="input min-w-0"
        type="number"
        min={0}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <select
        className="input"
        aria-label={`${label}: ${text().form.unit}`}
        value={unit}
        onChange={(event) => setUnit(event.target.value as Unit)}
      >
        {(Object.keys(UNITS) as Unit[]).map((each) => (
          <option key={each} value={each}>
            {unitName(each, Number(typed) || 2)}
          </option>
        ))}
      </select>
    </div>
  );
}
