// What a price is called: "€49.00 monthly", "€120.00 every 2 years".
import { price, valueName } from "../engine/format";
import { text } from "../text";

type Priced = { unit_amount: string; currency: string; interval: string; interval_count: number };

export function priceName({ unit_amount, currency, interval, interval_count }: Priced) {
  const often = interval_count === 1 ? valueName("Interval", interval).toLowerCase() : text().money.every(interval_count, interval); // prettier-ignore
  return `${price(unit_amount, currency)} ${often}`;
}
