// The control of a field in a form, with its label and what the API refused about it.
import { lazy, Suspense } from "react";
import type { Row } from "../api/client";
import { text, useText } from "../text";
import { AmountInput, CurrencyInput } from "./amount_input";
import { written } from "./amounts";
import { choices } from "./choices";
import type { Field, PickerProps } from "./define";
import { resource } from "./define";
import { valueName } from "./format";
import { Duration } from "./duration";
import { ObjectControl, ObjectsControl } from "./objects";
import { PermissionChoice } from "./permission_choice";
import { RoleChoice } from "./roles";
import { ADDRESS } from "./values";
import { label } from "./words";

const INPUT_TYPES: Record<string, string> = {
  int: "number",
  email: "email",
  time: "datetime-local",
  date: "date",
  password: "password",
};
export type Errors = Record<string, string>;
/** `row`: what the form is about, whose currency counts where none can be typed. */
type Props = { field: Field; value: string; errors: Errors; row?: Row };
const LinesEditor = lazy(() => import("./lines_editor"));
export const RefPicker = lazy(() => import("./ref_picker"));

export function Control(props: Props) {
  useText();
  if (props.field.kind === "address") return <AddressControl {...props} />;
  if (props.field.kind === "bool") return <Switch {...props} />;
  if (props.field.kind === "choices") return <Choices {...props} />;
  if (props.field.kind === "permissions") return <PermissionChoice {...props} />;
  if (props.field.kind === "object") return <ObjectControl {...props} />;
  if (props.field.kind === "objects") return <ObjectsControl {...props} />;
  if (props.field.kind === "lines")
    return (
      <Suspense fallback={<div className="skeleton h-24" aria-busy />}>
        <LinesEditor {...props} />
      </Suspense>
    );
  return <Labelled {...props} />;
}

const Hint = ({ field }: { field: Field }) =>
  field.hint ? <p className="mt-1 text-ink-2">{text().hints[field.hint]}</p> : null;

export function Refused({ id, error }: { id: string; error?: string }) {
  if (!error) return null;
  return (
    <p id={`${id}-error`} className="mt-1 text-bad">
      {error}
    </p>
  );
}

/** `features.0` belongs to the list as a whole. */
export const errorOf = (errors: Errors, key: string) =>
  errors[key] ?? Object.entries(errors).find(([path]) => path.startsWith(`${key}.`))?.[1];

function Labelled({ field, value, errors, row }: Props) {
  const id = `field-${field.key}`;
  const error = errorOf(errors, field.key);
  // A secret is never shown again: nothing typed, nothing changed.
  const kept = field.kind === "password" && row !== undefined;
  const common = {
    id,
    name: field.key,
    defaultValue: value,
    "aria-invalid": error ? (true as const) : undefined,
    "aria-describedby": error ? `${id}-error` : undefined,
  };
  return (
    <div>
      <label className="mb-1 block font-medium" htmlFor={id}>
        {label(field)}
        {!(field.required && !kept) && <span className="font-normal text-ink-3"> {text().form.optional}</span>}
      </label>
      <Input field={field} common={common} row={row} />
      {kept && <p className="mt-1 text-xs text-ink-2">{text().form.kept}</p>}
      <Hint field={field} />
      <Refused id={id} error={error} />
    </div>
  );
}

export type Common = Omit<PickerProps, "res">;

function Input({ field, common, row }: { field: Field; common: Common; row?: Row }) {
  switch (field.kind) {
    case "enum":
      return (
        <select {...common} className="input">
          {!(field.required && common.defaultValue) && <option value="">{text().form.none}</option>}
          {Object.keys(text().values[field.values!]).map((option) => (
            <option key={option} value={option}>
              {valueName(field.values, option)}
            </option>
          ))}
        </select>
      );
    case "role":
      return <RoleChoice {...common} />;
    case "zone":
    case "language":
    case "country":
      return (
        <select {...common} className="input">
          {!(field.required && common.defaultValue) && <option value="">{text().form.none}</option>}
          {choices(field.kind, common.defaultValue).map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      );
    case "duration":
      return <Duration {...common} label={label(field)} />;
    case "color":
      return <input {...common} className="input w-16 p-1" type="color" />;
    case "ref": {
      const target = resource(field.ref!)!;
      const Picker = target.picker ?? RefPicker;
      return (
        <Suspense fallback={<div className="skeleton h-8" aria-busy />}>
          <Picker {...common} res={target} />
        </Suspense>
      );
    }
    case "money":
    case "price":
      return <AmountInput {...common} row={row} />;
    case "decimal":
      return <input {...common} className="input" inputMode="decimal" defaultValue={written(common.defaultValue)} />;
    case "currency":
      return <CurrencyInput {...common} />;
    case "longtext":
      return <textarea {...common} rows={4} className="input h-auto py-2" />;
    case "list":
      return <textarea {...common} rows={3} className="input h-auto py-2" placeholder={text().form.onePerLine} />;
    case "json":
      return (
        <textarea
          {...common}
          rows={3}
          className="input h-auto py-2 font-mono text-xs"
          placeholder="{}"
          spellCheck={false}
        />
      );
    default:
      return <input {...common} className="input" type={INPUT_TYPES[field.kind ?? ""] ?? "text"} autoComplete="off" step={field.kind === "int" ? 1 : undefined} />; // prettier-ignore
  }
}

function Switch({ field, value, errors }: Props) {
  const id = `field-${field.key}`;
  return (
    <div>
      <label className="flex items-center gap-2 font-medium" htmlFor={id}>
        <input id={id} name={field.key} type="checkbox" defaultChecked={value === "on"} />
        {label(field)}
      </label>
      <Hint field={field} />
      <Refused id={id} error={errors[field.key]} />
    </div>
  );
}

/** Any of an enum's values. */
function Choices({ field, value, errors }: Props) {
  const id = `field-${field.key}`;
  const error = errorOf(errors, field.key);
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="mb-1 font-medium">{label(field)}</legend>
      <div className="flex gap-4">
        {Object.keys(text().values[field.values!]).map((option) => (
          <label key={option} className="flex items-center gap-1.5">
            <input
              type="checkbox"
              name={field.key}
              value={option}
              defaultChecked={value.split("\n").includes(option)}
            />
            {valueName(field.values, option)}
          </label>
        ))}
      </div>
      <Refused id={id} error={error} />
    </fieldset>
  );
}

function AddressControl({ field, value, errors }: Props) {
  const parts = JSON.parse(value) as Record<string, string>;
  return (
    <fieldset className="space-y-3 rounded-lg border border-line p-3">
      <legend className="px-1 font-medium">{label(field)}</legend>
      <div className="grid grid-cols-2 gap-3">
        {ADDRESS.map((part) => {
          const path = `${field.key}.${part}`;
          const id = `field-${path}`;
          return (
            <div key={part} className={part.startsWith("line") ? "col-span-2" : ""}>
              <label className="mb-1 block text-xs text-ink-2" htmlFor={id}>
                {label({ key: part })}
              </label>
              <input
                id={id}
                name={path}
                className="input"
                defaultValue={parts[part]}
                aria-invalid={errors[path] ? true : undefined}
                aria-describedby={errors[path] ? `${id}-error` : undefined}
              />
              <Refused id={id} error={errors[path]} />
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}
