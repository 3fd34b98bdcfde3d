// What is left of a key's limits and credits, as of now.
import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { request, type Row, type Schemas } from "../api/client";
import { duration } from "../engine/duration";
import { number, Time } from "../engine/format";
import { text, useText } from "../text";

export default function KeyUsage({ row }: { row: Row }) {
  useText();
  const words = text().usage;
  const { data, refetch } = useQuery({
    queryKey: ["api-keys", row.id, "usage"],
    queryFn: () => request<Schemas["ApiKeyUsage"]>("GET", `/api-keys/${row.id}/usage`),
  });
  if (!data) return <div className="skeleton h-24" aria-busy />;
  const credits = row.credits as Schemas["KeyCredits"] | null;
  return (
    <section className="card space-y-4 p-4">
      <div className="flex items-baseline gap-3">
        <h2 className="section-title">{words.title}</h2>
        <span className="text-ink-2">
          {data.last_used_at ? (
            <>
              {words.lastUsed} <Time at={data.last_used_at} />
            </>
          ) : (
            words.never
          )}
        </span>
        <button className="btn btn-ghost -my-1 ml-auto" aria-label={words.refresh} onClick={() => refetch()}>
          <RefreshCw size={13} />
        </button>
      </div>
      {credits && <Bar name={words.credits} left={data.credits_left ?? credits.amount} of={credits.amount} />}
      {data.limits.map((each) => (
        <Bar
          key={each.name}
          name={each.name}
          hint={words.each(duration(each.window))}
          left={each.remaining}
          of={each.limit}
          after={each.full_in > 0 ? words.full(duration(each.full_in)) : undefined}
        />
      ))}
      {!credits && data.limits.length === 0 && <p className="text-ink-2">{words.unlimited}</p>}
    </section>
  );
}

const LOW = 0.1;

function Bar(props: { name: string; hint?: string; left: number; of: number; after?: string }) {
  const { name, hint, left, of, after } = props;
  const share = of > 0 ? Math.min(1, left / of) : 0;
  return (
    <div>
      <div className="flex flex-wrap justify-between gap-x-3">
        <span>
          {name} {hint && <span className="text-ink-2">{hint}</span>}
        </span>
        <span className="text-ink-2 tabular-nums">
          {text().usage.left(number(left), number(of))}
          {after && ` · ${after}`}
        </span>
      </div>
      <meter className="sr-only" aria-label={name} min={0} max={of} value={left} />
      <svg className="mt-1 block h-1.5 w-full" preserveAspectRatio="none" viewBox="0 0 100 1" aria-hidden>
        <rect width="100" height="1" className="fill-fill" />
        <rect width={share * 100} height="1" className={share <= LOW ? "fill-bad" : "fill-accent"} />
      </svg>
    </div>
  );
}
