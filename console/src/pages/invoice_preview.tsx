// What the lines that are being typed would come to, tax and balance included.
import { useQuery } from "@tanstack/react-query";
import { request, type ApiError } from "../api/client";
import { explain, text } from "../text";
import { Lines, Totals, type Bill } from "./breakdown";

export default function InvoicePreview({ body }: { body: object }) {
  const { data: bill, error } = useQuery<Bill, ApiError>({
    queryKey: ["invoices", "preview", body],
    queryFn: () => request("POST", "/invoices/preview", body),
    retry: false,
  });
  return (
    <section className="card" aria-live="polite" aria-busy={!bill && !error}>
      <h3 className="section-title px-4 py-3">{text().money.preview}</h3>
      {error && <Refusals error={error} />}
      {bill && (
        <>
          <Lines bill={bill} />
          <Totals bill={bill} />
        </>
      )}
    </section>
  );
}

/** The field of each, since the form has not been sent and marks none. */
export function Refusals({ error }: { error: ApiError }) {
  const refused = Object.entries(error.fields);
  const named = (path: string) =>
    text().fields[path.split(".").at(-1) as keyof ReturnType<typeof text>["fields"]] ?? path;
  return (
    <ul role="alert" className="px-4 pb-4 text-bad">
      {refused.length === 0 && <li>{explain(error.problem)}</li>}
      {refused.map(([path, each]) => (
        <li key={path}>
          {named(path)}: {explain(each)}
        </li>
      ))}
    </ul>
  );
}
