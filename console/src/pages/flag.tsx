// What a flag's page shows above its fields: its rules in words, what tenants and contexts are served, and what it was before.
import { useMutation, useQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { api, ApiError, request, type Row, type Schemas } from "../api/client";
import { changes, resource, sees } from "../engine/define";
import { valueName } from "../engine/format";
import { RefName } from "../engine/names";
import { complain, useRefresh } from "../engine/rows";
import { explain, text, useText } from "../text";

type Rule = Required<Schemas["FlagRule"]>;
type Clause = Required<Schemas["FlagClause"]>;
type Preview = Schemas["FlagPreview"];

export default function Flag({ row }: { row: Row }) {
  useText();
  return (
    <div className="space-y-4">
      {row.status === "killed" && (
        <section className="flex gap-3 rounded-lg bg-bad-soft p-4 text-bad" role="status">
          <CircleAlert size={16} className="mt-0.5 shrink-0" />
          <p className="font-medium">{text().flags.killed(row.off_variant)}</p>
        </section>
      )}
      <Rules row={row} />
      {!row.deleted_at && <PreviewOf key={row.version} row={row} />}
      {row.version > 1 && <History row={row} />}
    </div>
  );
}

// ---------- rules ----------

function Rules({ row }: { row: Row }) {
  const words = text().flags;
  return (
    <section className="card p-4">
      <h2 className="section-title mb-2">{words.serves}</h2>
      <ol className="space-y-2">
        {(row.rules as Rule[]).map((rule, index) => (
          <li key={index} className="border-b border-hair pb-2">
            {rule.name && <p className="font-medium">{rule.name}</p>}
            <p className="break-words">
              {rule.clauses.length === 0 ? words.everybody : <Clauses clauses={rule.clauses} />} →{" "}
              <Serves rule={rule} row={row} />
            </p>
          </li>
        ))}
        <li className="break-words">
          {row.rules.length === 0 ? words.everybody : words.otherwise} →{" "}
          <Variant name={row.default_variant} row={row} />
        </li>
        <li className="break-words text-ink-2">
          {words.off}: <Variant name={row.off_variant} row={row} />
        </li>
      </ol>
    </section>
  );
}

function Clauses({ clauses }: { clauses: Clause[] }) {
  const words = text().flags;
  return (
    <>
      {clauses.map((clause, index) => (
        <span key={index}>
          {index > 0 && words.and}
          <code className="text-xs">{clause.attribute}</code> {valueName("Operator", clause.operator)}{" "}
          {clause.values.map((value, place) => (
            <span key={place}>
              {place > 0 && words.or}
              <Said attribute={clause.attribute} value={value} />
            </span>
          ))}
        </span>
      ))}
    </>
  );
}

const KNOWN: Record<string, string> = { tenant_id: "tenants", plan_id: "plans" };

/** Ids of what we know are names to people. */
function Said({ attribute, value }: { attribute: string; value: Clause["values"][number] }) {
  const of = KNOWN[attribute];
  return of && typeof value === "string" ? <RefName res={resource(of)!} id={value} /> : <>{JSON.stringify(value)}</>;
}

function Serves({ rule, row }: { rule: Rule; row: Row }) {
  const words = text().flags;
  if (rule.variant) return <Variant name={rule.variant} row={row} />;
  return (
    <>
      {rule.rollout.map(({ variant, weight }, index) => (
        <span key={variant}>
          {index > 0 && ", "}
          {words.share(weight)} <Variant name={variant} row={row} />
        </span>
      ))}{" "}
      <span className="text-ink-2">({words.by(rule.bucket_by ?? words.anyone)})</span>
    </>
  );
}

function Variant({ name, row }: { name: string; row: Row }) {
  const found = (row.variants as Schemas["FlagVariant"][]).find((each) => each.name === name);
  return (
    <>
      <strong className="font-medium">{name}</strong>{" "}
      {found && <code className="text-xs break-all text-ink-2">{JSON.stringify(found.value)}</code>}
    </>
  );
}

// ---------- preview ----------

const MOST = 100;
const EXAMPLE = '[{"targetingKey": "user-1", "country": "DE"}]';

/** Null where it is no list of objects. */
function contextsOf(typed: string): Record<string, unknown>[] | null {
  if (!typed.trim()) return [];
  try {
    const found: unknown = JSON.parse(typed);
    const fits =
      Array.isArray(found) && found.every((each) => each && typeof each === "object" && !Array.isArray(each));
    return fits ? found : null;
  } catch {
    return null;
  }
}

async function previewed(row: Row, contexts: Record<string, unknown>[]) {
  const seen = sees(resource("tenants")!) ? await api.list("tenants", { filters: {}, limit: MOST }) : { data: [] };
  const tenant_ids = seen.data.map(({ id }) => id);
  if (tenant_ids.length + contexts.length === 0) return null;
  return request<Preview>("POST", `/flags/${row.id}/preview`, { tenant_ids, contexts });
}

function PreviewOf({ row }: { row: Row }) {
  const words = text().flags;
  const [typed, setTyped] = useState("");
  const [unreadable, setUnreadable] = useState(false);
  const ask = useMutation<Preview | null, ApiError, Record<string, unknown>[]>({
    mutationFn: (contexts) => previewed(row, contexts),
  });
  const show = () => {
    const contexts = contextsOf(typed);
    setUnreadable(contexts === null);
    if (contexts) ask.mutate(contexts);
  };
  return (
    <section className="card p-4">
      <h2 className="section-title">{words.preview}</h2>
      <p className="text-ink-2">{words.previewHint}</p>
      <label className="mt-3 mb-1 block font-medium" htmlFor="contexts">
        {words.contexts} <span className="font-normal text-ink-3">{text().form.optional}</span>
      </label>
      <textarea
        id="contexts"
        rows={2}
        className="input h-auto py-2 font-mono text-xs"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        aria-invalid={unreadable || undefined}
        aria-describedby="contexts-hint"
      />
      <p id="contexts-hint" className={unreadable ? "text-bad" : "text-ink-2"}>
        {words.contextsHint} <code className="text-xs break-all">{EXAMPLE}</code>
      </p>
      <button className="btn mt-3" onClick={show} disabled={ask.isPending}>
        {words.show}
      </button>
      {ask.error && (
        <p role="alert" className="mt-2 text-bad">
          {explain(ask.error.problem)}
        </p>
      )}
      {ask.data === null && <p className="mt-2 text-ink-2">{text().list.none(words.contexts)}</p>}
      {ask.data && <Found found={ask.data} />}
    </section>
  );
}

function Found({ found }: { found: Preview }) {
  const words = text().flags;
  const contexts = found.data.findIndex(({ tenant_id }) => tenant_id === null);
  return (
    <div className="mt-4 space-y-4" role="status">
      <ul className="space-y-2">
        {found.shares.map(({ variant, count, per_mille }) => (
          <li key={variant} className="grid grid-cols-[minmax(0,96px)_minmax(0,1fr)_auto] items-center gap-3">
            <span className="truncate font-medium">{variant}</span>
            <span className="h-2 overflow-hidden rounded bg-fill">
              <span className="block h-2 rounded bg-accent" style={{ width: `${per_mille / 10}%` }} />
            </span>
            <span className="tabular-nums">
              {words.share(per_mille)} · {count} <span className="text-ink-2">{words.shown(found.data.length)}</span>
            </span>
          </li>
        ))}
      </ul>
      <ol className="max-h-72 overflow-auto" tabIndex={0} aria-label={words.preview}>
        {found.data.map((each, index) => (
          <li
            key={index}
            className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 border-b border-hair py-1.5 last:border-0 sm:grid-cols-[minmax(0,1fr)_96px_minmax(0,160px)]"
          >
            <span className="truncate">
              {each.tenant_id ? (
                <RefName res={resource("tenants")!} id={each.tenant_id} />
              ) : (
                words.context(index - contexts + 1)
              )}
            </span>
            <span className="font-medium">{each.variant ?? "–"}</span>
            <span className="text-ink-2 max-sm:col-span-2">
              {each.reason ? valueName("EvaluationReason", each.reason) : valueName("EvaluationError", each.error!)}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

// ---------- versions ----------

function History({ row }: { row: Row }) {
  const words = text().flags;
  const [version, setVersion] = useState(row.version - 1);
  const refresh = useRefresh(resource("flags")!);
  const { data, error } = useQuery({
    queryKey: ["flags", row.id, "versions", version],
    queryFn: () => request<Schemas["FlagVersion"]>("GET", `/flags/${row.id}/versions/${version}`),
    retry: false,
  });
  const back = () => {
    if (!data) return;
    const { version: _, status: __, ...body } = data;
    return api.update("flags", row.id, row.version, body).then(() => {
      void refresh();
      toast.success(text().saved.saved);
    }, complain);
  };
  const older = Array.from({ length: Math.min(row.version - 1, MOST) }, (_, index) => row.version - 1 - index);
  return (
    <section className="card p-4">
      <h2 className="section-title mb-2">{words.history}</h2>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <select
          className="input w-40"
          aria-label={words.history}
          value={version}
          onChange={(event) => setVersion(Number(event.target.value))}
        >
          {older.map((each) => (
            <option key={each} value={each}>
              {words.version(each)}
            </option>
          ))}
        </select>
        {changes(resource("flags")!) && !row.deleted_at && (
          <button className="btn" disabled={!data} onClick={() => void back()}>
            {text().verb.restore}
          </button>
        )}
      </div>
      {error instanceof ApiError && <p className="text-bad">{explain(error.problem)}</p>}
      {data && <Rules row={{ ...row, ...data }} />}
    </section>
  );
}
