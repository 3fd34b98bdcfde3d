// What became of a charge: why it failed, what the customer or the bank has to do, and the other attempts for its invoice.
import { CircleAlert, Copy } from "lucide-react";
import { Link } from "wouter";
import type { Row } from "../api/client";
import { resource } from "../engine/define";
import { Badge, copy, money, Time } from "../engine/format";
import { useRows } from "../engine/rows";
import { text } from "../text";

export default function Transaction({ row }: { row: Row }) {
  const words = text().payment;
  return (
    <>
      {row.status === "failed" && (
        <Notice look="bad" title={`${words.failed}: ${decline(row.code)}`}>
          {row.kind === "charge" && (row.hard ? words.hard : words.soft)}
        </Notice>
      )}
      {row.status === "requires_action" && (
        <Notice look="warn" title={words.action}>
          {row.action_url && (
            <button className="btn mt-2" onClick={() => copy(row.action_url, words.actionLink)}>
              <Copy size={13} />
              {text().verb.copy(words.actionLink)}
            </button>
          )}
        </Notice>
      )}
      {row.dispute !== "none" && (
        <Notice look={CALM.includes(row.dispute) ? "plain" : "warn"} title={words.dispute[row.dispute]} />
      )}
      {row.kind === "charge" && row.invoice_id && <Attempts row={row} />}
    </>
  );
}

const decline = (code: string | null) => text().payment.declines[code ?? ""] ?? (code ?? "").replace(/_/g, " ");

const CALM = ["won", "inquiry_closed"];
const LOOKS = { bad: "bg-bad-soft text-bad", warn: "bg-warn-soft text-warn", plain: "bg-fill" };

function Notice({ look, title, children }: { look: keyof typeof LOOKS; title: string; children?: React.ReactNode }) {
  return (
    <section className={`flex gap-3 rounded-lg p-4 ${LOOKS[look]}`}>
      <CircleAlert size={16} className="mt-0.5 shrink-0" />
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        {children && <div className="text-ink">{children}</div>}
      </div>
    </section>
  );
}

const MOST = 20;

function Attempts({ row }: { row: Row }) {
  const { rows } = useRows(
    resource("transactions")!,
    { invoice_id: row.invoice_id, kind: "charge" },
    "created_at",
    MOST,
  );
  if (rows.length < 2) return null;
  return (
    <section className="card p-4">
      <h2 className="section-title mb-2">{text().payment.attempts}</h2>
      <ol>
        {rows.map((each) => (
          <li
            key={each.id}
            className="grid grid-cols-[80px_minmax(0,1fr)_auto] items-center gap-x-4 border-b border-hair py-1.5 last:border-0 sm:grid-cols-[80px_110px_minmax(0,1fr)_auto_96px]"
          >
            <Name row={each} here={each.id === row.id} />
            <Badge value={each.status} values="TransactionStatus" />
            <span className="text-right tabular-nums sm:order-last">{money(each.amount)}</span>
            <span className="text-ink-2 max-sm:col-span-2">{each.status === "failed" && decline(each.code)}</span>
            <span className="text-right text-ink-2">
              <Time at={each.created_at} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Name({ row, here }: { row: Row; here: boolean }) {
  const name = text().payment.attempt(row.attempt);
  if (here)
    return (
      <span className="font-medium" aria-current="true">
        {name}
      </span>
    );
  return (
    <Link className="text-accent hover:underline" href={`/transactions/${row.id}`}>
      {name}
    </Link>
  );
}
