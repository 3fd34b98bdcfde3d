// The small form behind a filter chip. The API takes minor units; people type euros.
import { Suspense, useState } from "react";
import { account } from "../api/account";
import type { Money } from "../api/client";
import { text } from "../text";
import type { Field } from "./define";
import { resource } from "./define";
import { toMajor, toMinor } from "./amounts";
import { day, money, valueName } from "./format";
import { RefName } from "./names";
import { RefPicker } from "./control";
import { RoleName, RoleNames, useRoles } from "./roles";
import { label } from "./words";
import { fromZone, toZone } from "./zone";

const isTime = (field: Field) => field.kind === "time" || field.kind === "date";
const isRange = (field: Field) => field.kind === "money" || field.kind === "int" || isTime(field);

function spoken(field: Field, operator: string) {
  const words = text().list;
  if (operator === "gte") return isTime(field) ? words.from : "≥";
  if (operator === "lte") return isTime(field) ? words.until : "≤";
  return words.operators[operator] ?? words.is;
}

const isDay = (value: string) => /^\d{4}-/.test(value) && !Number.isNaN(Date.parse(value));

function valueOf(field: Field, operator: string, value: string, currency = "") {
  if (operator === "isnull") return value === "true" ? text().list.isEmpty : text().list.isSet;
  if (field.kind === "money" && /^-?\d+$/.test(value))
    return money({ amount: Number(value), currency: currency as Money["currency"] });
  if (isTime(field)) return isDay(value) ? day(value) : value;
  if (field.kind === "bool") return value === "true" ? text().list.yes : text().list.no;
  return value.split(",").map((each) => valueName(field.values, each)).join(", "); // prettier-ignore
}

type Said = { field: Field; operator: string; value: string; currency: string };

export function Described({ field, operator, value, currency }: Said) {
  const target = field.kind === "ref" && !value.includes(",") && resource(field.ref!);
  return (
    <>
      <span className="text-ink-2">
        {label(field)} {spoken(field, operator)}
      </span>{" "}
      <span className="font-medium">
        {field.kind === "role" && <RoleNames roles={value.split(",")} />}
        {target && <RefName res={target} id={value} />}
        {field.kind !== "role" && !target && valueOf(field, operator, value, currency)}
      </span>
    </>
  );
}

type Props = Said & { put: (parameter: string, value: string) => void };

export function FilterEditor(props: Props) {
  const { field, put } = props;
  if (field.kind === "enum") return <ChoiceEditor {...props} options={Object.keys(text().values[field.values!])} />;
  if (field.kind === "bool") return <ChoiceEditor {...props} options={["true", "false"]} />;
  if (field.kind === "role") return <RoleEditor {...props} />;
  if (field.kind === "ref")
    return (
      <form
        className="w-72 space-y-2 p-3"
        onInput={(event) => put(field.key, (event.target as HTMLInputElement).value)}
      >
        <Suspense fallback={<div className="skeleton h-8" aria-busy />}>
          <RefPicker res={resource(field.ref!)!} id="filter-ref" name={field.key} defaultValue={props.value} />
        </Suspense>
      </form>
    );
  return <ValueEditor {...props} />;
}

function ChoiceEditor({ field, value, put, options }: Props & { options: string[] }) {
  const chosen = new Set(value ? value.split(",") : []);
  const toggle = (option: string) => {
    if (!chosen.delete(option)) chosen.add(option);
    put(field.key, field.kind === "bool" ? (chosen.has(option) ? option : "") : [...chosen].join(","));
  };
  return (
    <div role="group" aria-label={label(field)} className="w-52 p-1">
      {options.map((option) => (
        <label key={option} className="menu-item cursor-pointer">
          <input type="checkbox" checked={chosen.has(option)} onChange={() => toggle(option)} />
          {field.kind === "role" ? (
            <RoleName role={option} />
          ) : field.kind === "bool" ? (
            valueOf(field, "", option)
          ) : (
            valueName(field.values, option)
          )}
        </label>
      ))}
    </div>
  );
}

function RoleEditor(props: Props) {
  const { builtIn, own } = useRoles();
  return <ChoiceEditor {...props} options={[...builtIn, ...own.map(({ id }) => id)]} />;
}

/** The value of the API as it is typed, and back. Of a moment that moves, such as “in 7 days”, nothing: it is no date. */
function shown(field: Field, value: string, currency: string) {
  if (field.kind === "money" && value) return toMajor(value, currency);
  if (isTime(field) && !isDay(value)) return "";
  if (isTime(field)) return (field.kind === "time" ? toZone(value, account().zone) : value).slice(0, 10);
  return value;
}

function sent(field: Field, operator: string, typed: string, currency: string) {
  if (!typed) return "";
  if (field.kind === "money") return toMinor(typed, currency).split(".")[0];
  if (field.kind === "time") return fromZone(`${typed}T${operator === "lte" ? "23:59" : "00:00"}`, account().zone);
  return typed;
}

function ValueEditor({ field, operator, value, currency, put }: Props) {
  const [chosen, setChosen] = useState(operator || "gte");
  const [typed, setTyped] = useState(shown(field, value, currency));
  const [unreadable, setUnreadable] = useState("");
  const words = text().list;
  const name = isRange(field) ? `${field.key}__${chosen}` : field.key;
  return (
    <form
      className="w-60 space-y-2 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        try {
          put(name, sent(field, chosen, typed.trim(), currency));
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
          setUnreadable(error.message);
        }
      }}
    >
      {isRange(field) && (
        <select
          className="input"
          aria-label={words.comparison}
          value={chosen}
          onChange={(event) => setChosen(event.target.value)}
        >
          <option value="gte">{isTime(field) ? words.from : words.atLeast}</option>
          <option value="lte">{isTime(field) ? words.until : words.atMost}</option>
        </select>
      )}
      <input
        className="input"
        aria-label={label(field)}
        autoFocus
        type={isTime(field) ? "date" : field.kind === "int" ? "number" : "text"}
        inputMode={field.kind === "money" ? "decimal" : undefined}
        aria-invalid={unreadable !== ""}
        list={field.suggest && `suggest-${field.key}`}
        placeholder={field.kind === "money" ? words.amountIn(currency) : undefined}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {field.suggest && (
        <datalist id={`suggest-${field.key}`}>
          {field.suggest.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {unreadable && (
        <p role="alert" className="text-bad">
          {unreadable}
        </p>
      )}
      <button className="btn btn-primary w-full justify-center">{text().verb.apply}</button>
    </form>
  );
}
