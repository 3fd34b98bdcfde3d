// What a price is called: "€49.00 monthly", "€120.00 every 2 years".
import { price, valueName } from "../engine/format";
import { text } from "../text";

type Often = { interval: string; interval_count: number };
export type Priced = Often & { unit_amount: string; currency: string };

export const often = ({ interval, interval_count }: Often) =>
  interval_count === 1 ? valueName("Interval", interval).toLowerCase() : text().money.every(interval_count, interval);

export const priceName = (it: Priced) => `${price(it.unit_amount, it.currency)} ${often(it)}`;
