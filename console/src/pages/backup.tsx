// A backup: what came of its drill, what a restore would change, and what is in it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { may } from "../api/account";
import { ApiError, request, type Row, type Schemas } from "../api/client";
import { resource } from "../engine/define";
import { number, valueName } from "../engine/format";
import { RefName } from "../engine/names";
import { useRefresh } from "../engine/rows";
import { explain, text, useText } from "../text";

type Manifest = Schemas["Manifest"];
type Plan = Schemas["Plan"];
type Run = Required<Schemas["RestoreRun"]>;

export default function Backup({ row }: { row: Row }) {
  useText();
  return (
    <div className="space-y-4">
      {row.drill && <Drill report={row.drill as Schemas["Drill"]} />}
      {row.restore && may("backups.restore") && <Restore row={row} />}
      {row.status === "done" && <Content row={row} />}
    </div>
  );
}

const Table = ({ heads, children }: { heads: string[]; children: React.ReactNode }) => (
  <div className="overflow-x-auto" tabIndex={0}>
    <table className="w-full text-left">
      <thead>
        <tr className="border-b border-hair text-ink-2">
          {heads.map((head) => (
            <th key={head} scope="col" className="py-1.5 pr-4 font-medium">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

const Hash = ({ of }: { of: string }) => (
  <td className="py-1.5 font-mono text-xs text-ink-2" title={of}>
    {of.slice(0, 12)}
  </td>
);

function Drill({ report }: { report: Schemas["Drill"] }) {
  const words = text().backups;
  return (
    <section className="card p-4">
      <h2 className="section-title">{words.drill}</h2>
      {report.error ? (
        <p className="mb-2 text-bad">{report.error}</p>
      ) : (
        <p className="mb-2 text-ink-2">{words.passed(report.seconds)}</p>
      )}
      <Table heads={[words.table, words.items, words.hash, words.restored]}>
        {report.tables.map((each) => (
          <tr key={each.table} className="border-b border-hair">
            <td className="py-1.5 pr-4">{each.table}</td>
            <td className="py-1.5 pr-4 tabular-nums">{number(each.items)}</td>
            <Hash of={each.hash} />
            <td className={each.ok ? "py-1.5" : "py-1.5 font-medium text-bad"}>
              {each.ok ? words.restored : words.different}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Content({ row }: { row: Row }) {
  const words = text().backups;
  const { data, error } = useQuery<Manifest, ApiError>({
    queryKey: ["manifest", row.id],
    queryFn: () => request<Manifest>("GET", `/backups/${row.id}/manifest`),
  });
  return (
    <section className="card p-4">
      <h2 className="section-title">{words.content}</h2>
      <p className="mb-2 text-ink-2">{words.noSnapshot}</p>
      {error && (
        <p role="alert" className="text-bad">
          {explain(error.problem)}
        </p>
      )}
      {data && (
        <Table heads={[words.table, words.items, words.files, words.size, words.hash]}>
          {Object.entries(data.tables).map(([name, { items, files, hash }]) => (
            <tr key={name} className="border-b border-hair">
              <td className="py-1.5 pr-4">{name}</td>
              <td className="py-1.5 pr-4 tabular-nums">{number(items)}</td>
              <td className="py-1.5 pr-4 tabular-nums">{number(files.length)}</td>
              <td className="py-1.5 pr-4 tabular-nums">{number(files.reduce((sum, file) => sum + file.bytes, 0))}</td>
              <Hash of={hash} />
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function Restore({ row }: { row: Row }) {
  const words = text().backups;
  const { data } = useQuery({
    queryKey: ["restore", row.id, row.version],
    queryFn: () => request<Plan>("GET", `/backups/${row.id}/plan`),
  });
  const run = data?.restore as Run | null | undefined;
  if (!data || !run) return null;
  return (
    <section className="card space-y-2 p-4">
      <h2 className="section-title">
        {words.plan}: {valueName("RestoreStatus", data.status!)}
      </h2>
      <p>
        {run.tenant_id ? (
          <>
            {words.tenant}: <RefName res={resource("tenants")!} id={run.tenant_id} />
          </>
        ) : (
          words.everything
        )}
      </p>
      {run.error && <p className="text-bad">{run.error}</p>}
      {run.blocked.length > 0 && <p className="text-bad">{words.blocked(run.blocked.join(", "))}</p>}
      {run.skipped != null && run.skipped > 0 && <p>{words.skipped(run.skipped)}</p>}
      {run.items != null && <Changes run={run} plan={data} />}
      {data.status === "planned" && run.blocked.length === 0 && run.items !== 0 && <Confirm row={row} run={run} />}
    </section>
  );
}

function Changes({ run, plan }: { run: Run; plan: Plan }) {
  const words = text().backups;
  if (!run.tenant_id) return <p>{words.wouldWrite(run.items!)}</p>;
  if (run.items === 0) return <p className="text-ink-2">{words.nothing}</p>;
  return (
    <>
      <p>{words.wouldChange(run.items!)}</p>
      <ul>
        {plan.data.map((each) => (
          <li key={each.id} className="border-b border-hair py-1.5">
            <code className="text-xs">{each.id}</code>{" "}
            <span className="text-ink-2">{each.fields.length > 0 ? each.fields.join(", ") : words.gone}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What is brought back is named by its id, so that nobody confirms another. */
function Confirm({ row, run }: { row: Row; run: Run }) {
  const words = text();
  const refresh = useRefresh(resource("backups")!);
  const word = run.tenant_id ?? row.id;
  const [typed, setTyped] = useState("");
  const act = useMutation<Row, ApiError>({
    mutationFn: () => request<Row>("POST", `/backups/${row.id}/restore`, { dry_run: false, plan_id: run.plan_id }),
    onSettled: () => refresh(),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate();
      }}
    >
      <label className="mb-1 block font-medium" htmlFor="confirm-restore">
        {words.form.typeToConfirm(word)}
      </label>
      <input
        id="confirm-restore"
        className="input"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {act.error && (
        <p role="alert" className="mt-2 text-bad">
          {explain(act.error.problem)}
        </p>
      )}
      <button className="btn btn-primary mt-3" disabled={typed.trim() !== word || act.isPending}>
        {words.backups.bringBack}
      </button>
    </form>
  );
}
