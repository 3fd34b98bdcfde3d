// Another price or quantity for a subscription. What that does is seen before it can be confirmed.
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Dialog } from "radix-ui";
import { Sheet } from "../ui/layer";
import { useEffect, useState, type FormEvent } from "react";
import { toast } from "sonner";
import { request, type ApiError, type Row, type Schemas } from "../api/client";
import { Trouble } from "../engine/form";
import { resource } from "../engine/define";
import { day, money } from "../engine/format";
import { Title } from "../engine/names";
import { useRefresh, useVerb } from "../engine/rows";
import { text } from "../text";
import { Lines } from "./breakdown";
import { Refusals } from "./invoice_preview";
import PricePicker from "./price_picker";

type Wanted = Schemas["Change"];
type Preview = Schemas["ChangePreview"];
type Props = { row: Row; close: () => void };
const PAUSE_MS = 300;

export default function ChangePlan({ row, close }: Props) {
  return (
    <Sheet close={close} title={text().changing.title} width="w-[min(600px,100vw)]">
      <ChangeForm row={row} close={close} />
    </Sheet>
  );
}

/** Nothing, where it is what there is already. */
function wantedOf(form: HTMLFormElement, row: Row): Wanted | null {
  const data = new FormData(form);
  const price_id = String(data.get("price_id") ?? "");
  const quantity = Number(data.get("quantity")) || 1;
  const same = price_id === row.price_id && quantity === row.quantity && row.pending_price_id == null;
  if (!price_id || same) return null;
  const when = String(data.get("when"));
  return { price_id, quantity, ...(when && { when: when as Wanted["when"] }) } as Wanted;
}

/** What was seen is what is billed, though it is confirmed minutes later. */
const asSeen = (wanted: Wanted, { when, effective_at }: Preview): Wanted =>
  when === "now" ? { ...wanted, prorate_at: effective_at } : wanted;

function ChangeForm({ row, close }: Props) {
  const res = resource("subscriptions")!;
  const run = useVerb(res);
  const showInvoices = useRefresh(resource("invoices")!);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const settled = useSettled(wanted);
  const change = useMutation<unknown, ApiError, Wanted>({
    mutationFn: (body) => run("change", [row], body),
    onError: () => void preview.refetch(),
    onSuccess: () => {
      close();
      void showInvoices();
      toast.success(text().saved.saved);
    },
  });
  const preview = useQuery<Preview, ApiError>({
    queryKey: ["subscriptions", row.id, "preview-change", row.version, settled],
    queryFn: () => request("POST", `/subscriptions/${row.id}/preview-change`, settled),
    // Once it is changed there is nothing to change any more.
    enabled: settled !== null && !change.isPending && !change.isSuccess,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const seen = wanted !== null && wanted === settled && preview.isSuccess && !preview.isPlaceholderData;
  const words = text().changing;
  return (
    <form
      className="flex min-h-0 flex-1 flex-col"
      noValidate
      onInput={(event) => setWanted(wantedOf(event.currentTarget, row))}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (seen) change.mutate(asSeen(wanted, preview.data));
      }}
    >
      <div className="flex-1 space-y-4 overflow-auto p-5">
        <p className="text-ink-2">
          {words.current}:{" "}
          <span className="text-ink">
            <Title res={res} row={row} />
          </span>
        </p>
        <Choices row={row} />
        <section className="card" aria-live="polite" aria-busy={wanted !== null && !seen && !preview.error}>
          <h3 className="section-title px-4 pt-3 pb-1">{words.preview}</h3>
          {wanted === null && <p className="px-4 pb-4 text-ink-2">{words.choose}</p>}
          {wanted !== null && preview.error && <Refusals error={preview.error} />}
          {wanted !== null && preview.isFetching && !preview.data && <div className="skeleton m-4 h-16" />}
          {wanted !== null && !preview.error && preview.data && (
            <div className={seen ? "" : "opacity-50"}>
              <Outcome preview={preview.data} trial={row.status === "trialing"} />
            </div>
          )}
        </section>
        <Trouble problem={change.error} fields={[]} />
      </div>
      <footer className="flex justify-end gap-2 border-t border-line p-3">
        <Dialog.Close className="btn">{text().verb.cancel}</Dialog.Close>
        <button className="btn btn-primary" disabled={!seen || change.isPending}>
          {words.confirm}
        </button>
      </footer>
    </form>
  );
}

/** The value once nobody has changed it for a moment. */
function useSettled<T>(value: T) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Choices({ row }: { row: Row }) {
  const words = text().changing;
  const when = text().values.When;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_90px] gap-3">
      <div>
        <label className="mb-1 block font-medium" htmlFor="change-price">
          {words.price}
        </label>
        <PricePicker id="change-price" name="price_id" defaultValue={row.price_id} currency={row.currency} />
      </div>
      <div>
        <label className="mb-1 block font-medium" htmlFor="change-quantity">
          {words.quantity}
        </label>
        <input
          id="change-quantity"
          name="quantity"
          className="input text-right tabular-nums"
          type="number"
          min={1}
          step={1}
          defaultValue={row.quantity}
        />
      </div>
      <div className="col-span-2">
        <label className="mb-1 block font-medium" htmlFor="change-when">
          {words.when}
        </label>
        <select id="change-when" name="when" className="input" defaultValue="">
          <option value="">{words.byItself}</option>
          <option value="now">{when.now}</option>
          <option value="period_end">{when.period_end}</option>
        </select>
      </div>
    </div>
  );
}

function Outcome({ preview, trial }: { preview: Preview; trial: boolean }) {
  const words = text().changing;
  const { currency, direction, effective_at, lines } = preview;
  const effect = preview.when === "now" ? words.now : words.later(day(effective_at));
  return (
    <>
      <p className="px-4 pb-3 text-ink-2">
        <b className="font-medium text-ink">{words[direction]}</b>, {effect}
      </p>
      {lines.length === 0 ? (
        <p className="px-4 pb-4 text-ink-2">{trial ? words.inTrial : words.nothingDue}</p>
      ) : (
        <>
          <Lines bill={preview} />
          <dl className="space-y-1 border-t border-line p-4">
            <Figure name={text().fields.subtotal} amount={money({ amount: preview.subtotal, currency })} />
            <Figure name={text().fields.tax} amount={money({ amount: preview.tax, currency })} />
            <Figure strong name={words.dueNow} amount={money({ amount: preview.amount_due, currency })} />
            {preview.credit_to_balance > 0 && (
              <Figure strong name={words.toBalance} amount={money({ amount: preview.credit_to_balance, currency })} />
            )}
          </dl>
        </>
      )}
    </>
  );
}

function Figure({ name, amount, strong = false }: { name: string; amount: string; strong?: boolean }) {
  return (
    <div className={`flex justify-between gap-6 ${strong ? "font-semibold" : ""}`}>
      <dt className={strong ? "" : "text-ink-2"}>{name}</dt>
      <dd className="tabular-nums">{amount}</dd>
    </div>
  );
}
