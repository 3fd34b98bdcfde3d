// Shown after a 412: what somebody else saved meanwhile beside what the user typed.
import { useQuery } from "@tanstack/react-query";
import { api, type Row } from "../api/client";
import { text } from "../text";
import type { Resource } from "./define";
import type { Changes } from "./form";
import { plain } from "./format";
import { label, wordsOf } from "./words";

type Props = { res: Resource; base: Row; changes: Changes; overwrite: (latest: Row) => void; discard: () => void };

export function Conflict({ res, base, changes, overwrite, discard }: Props) {
  const { data: latest } = useQuery({
    queryKey: [res.name, base.id, "conflict", base.version],
    queryFn: () => api.get(res.name, base.id),
  });
  if (!latest) return <div className="skeleton h-24" aria-busy />;
  const words = text().form;
  return (
    <section
      ref={(shown) => shown?.scrollIntoView({ block: "nearest" })}
      role="alert"
      className="rounded-lg bg-warn-soft p-3"
    >
      <h3 className="font-medium text-warn">{words.conflict(wordsOf(res).one)}</h3>
      <table className="my-2 w-full text-left">
        <thead className="text-xs text-ink-2">
          <tr>
            <th className="font-medium">{words.field}</th>
            <th className="font-medium">{words.theirs}</th>
            <th className="font-medium">{words.mine}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(changes).map(([key, mine]) => (
            <tr key={key}>
              <td className="text-ink-2">{label({ key })}</td>
              <td>{plain(latest[key])}</td>
              <td className="font-medium">{plain(mine)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="flex gap-2">
        <button type="button" className="btn" onClick={() => overwrite(latest)}>
          {words.saveMine}
        </button>
        <button type="button" className="btn" onClick={discard}>
          {words.keepTheirs}
        </button>
      </div>
    </section>
  );
}
