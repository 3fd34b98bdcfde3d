// Money in a form: typed in major units, with the currency beside it that the form has now.
import { useEffect, useRef, useState, type RefObject } from "react";
import { account } from "../api/account";
import type { Row } from "../api/client";
import { toMajor } from "./amounts";
import type { Common } from "./control";

const CODE = /^[A-Z]{3}$/;

/** What the form's own `currency` says (of a list's row, that row's), else the row's, else the company's. */
export function useCurrency(inside: RefObject<HTMLElement | null>, row?: Row, name = "currency") {
  const [currency, setCurrency] = useState<string>(row?.currency ?? account().currency);
  useEffect(() => {
    const form = inside.current?.closest("form");
    const follow = () => {
      const control = form?.elements.namedItem(name);
      const code = control instanceof HTMLInputElement ? control.value.trim().toUpperCase() : "";
      if (CODE.test(code)) setCurrency(code);
    };
    follow();
    form?.addEventListener("input", follow);
    return () => form?.removeEventListener("input", follow);
  }, [inside, name]);
  return currency;
}

export function AmountInput({ defaultValue, row, ...common }: Common & { row?: Row }) {
  const inside = useRef<HTMLDivElement>(null);
  const currency = useCurrency(inside, row, common.name.replace(/[^.]*$/, "currency"));
  return (
    <div ref={inside} className="relative">
      <input
        {...common}
        className="input pr-12 text-right tabular-nums"
        inputMode="decimal"
        autoComplete="off"
        defaultValue={defaultValue && toMajor(defaultValue, currency)}
      />
      <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-ink-2">{currency}</span>
      <input type="hidden" name={`${common.name}.currency`} value={currency} />
    </div>
  );
}

const OFTEN = ["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "JPY"];

export function CurrencyInput(common: Common) {
  return (
    <>
      <input
        {...common}
        className="input uppercase"
        list={`${common.id}-list`}
        maxLength={3}
        autoComplete="off"
        spellCheck={false}
      />
      <datalist id={`${common.id}-list`}>
        {OFTEN.map((code) => (
          <option key={code} value={code} />
        ))}
      </datalist>
    </>
  );
}
