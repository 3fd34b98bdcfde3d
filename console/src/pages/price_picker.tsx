// Chooses a price among those that are sold today, by plan: searched by name, a price would not be found.
import { useQuery } from "@tanstack/react-query";
import { api, ApiError, type Filters, type Row } from "../api/client";
import { resource, type PickerProps } from "../engine/define";
import { Trouble } from "../engine/form";
import { text } from "../text";
import { wordsOf } from "../engine/words";

const PAGE = 100;

async function all(name: string, filters: Filters) {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const page = await api.list(name, { filters, limit: PAGE, cursor });
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor);
  return rows;
}

/** Plans with the prices that they are sold at; of one currency, where that is given. */
export const useOffer = (currency?: string) =>
  useQuery({
    queryKey: ["prices", "offer", currency],
    queryFn: async () => {
      const [plans, prices] = await Promise.all([
        all("plans", { status: "active" }),
        all("prices", { status: "current", ...(currency && { currency }) }),
      ]);
      const cheapestFirst = prices.sort((a, b) => Number(a.unit_amount) - Number(b.unit_amount));
      const byPlan = Map.groupBy(cheapestFirst, (price) => price.plan_id as string);
      return plans.flatMap((plan) => (byPlan.has(plan.id) ? [{ plan, prices: byPlan.get(plan.id)! }] : []));
    },
  });

type Props = Omit<PickerProps, "res"> & { currency?: string };

export default function PricePicker({ currency, defaultValue, id, name, ...rest }: Props) {
  const { data, error } = useOffer(currency);
  const { title } = resource("prices")!;
  if (error) return <Trouble problem={error instanceof ApiError ? error : null} fields={[]} />;
  if (!data) return <div className="skeleton h-8" aria-busy />;
  const sold = data.some(({ prices }) => prices.some((price) => price.id === defaultValue));
  return (
    <select
      id={id}
      name={name}
      className="input"
      defaultValue={defaultValue}
      aria-invalid={rest["aria-invalid"]}
      aria-describedby={rest["aria-describedby"]}
    >
      {!sold && <option value="">{text().form.pick(wordsOf({ name: "prices" }).one)}</option>}
      {data.map(({ plan, prices }) => (
        <optgroup key={plan.id} label={plan.name}>
          {prices.map((price) => (
            <option key={price.id} value={price.id}>
              {plan.name} · {title(price)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}
