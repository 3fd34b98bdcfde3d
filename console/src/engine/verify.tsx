// Whether the hash chain of a record's entries holds, asked by a button.
import { useQuery } from "@tanstack/react-query";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { ApiError, request, type Schemas } from "../api/client";
import { explain, text } from "../text";

const UNCHAINED = "denied:"; // what the subject of an entry begins with that is about no record

export function Verify({ subject }: { subject: string }) {
  const words = text().audit;
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["audit", subject, "verify"],
    queryFn: () => request<Schemas["Verified"]>("GET", `/audit/${subject}/verify`),
    enabled: false,
  });
  if (subject.startsWith(UNCHAINED)) return <p className="text-ink-2">{words.unchained}</p>;
  return (
    <>
      <button className="btn" disabled={isFetching} onClick={() => refetch()}>
        {isFetching ? words.verifying : words.verify}
      </button>
      <p role="status">
        {!isFetching && data && <Verdict verdict={data} />}
        {error instanceof ApiError && <span className="text-bad">{explain(error.problem)}</span>}
      </p>
    </>
  );
}

function Verdict({ verdict }: { verdict: Schemas["Verified"] }) {
  const words = text().audit;
  const good = verdict.intact;
  return (
    <span className={`inline-flex items-center gap-1.5 ${good ? "text-ok" : "font-medium text-bad"}`}>
      {good ? <ShieldCheck size={14} /> : <ShieldAlert size={14} />}
      {good ? words.intact(verdict.entries) : words.broken(verdict.first_bad ?? 0)}
    </span>
  );
}
