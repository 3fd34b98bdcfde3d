// What a template's page shows above its fields: its text to be changed, and beside it what a contract would say.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { toast } from "sonner";
import { api, request, type ApiError, type Row, type Schemas } from "../api/client";
import { changes, resource } from "../engine/define";
import { complain, useRefresh } from "../engine/rows";
import { explain, text, useText } from "../text";

type Preview = Schemas["ContractPreview"];

export default function Template({ row }: { row: Row }) {
  useText();
  return <Editor key={row.version} row={row} />;
}

function Editor({ row }: { row: Row }) {
  const words = text().contracts;
  const [body, setBody] = useState<string>(row.body);
  const shown = useDeferredValue(body);
  const refresh = useRefresh(resource("contract-templates")!);
  const { data, error } = useQuery<Preview, ApiError>({
    queryKey: ["contract-templates", row.id, "preview", row.version, shown],
    queryFn: () => request<Preview>("POST", `/contract-templates/${row.id}/preview`, { body: shown }),
    placeholderData: keepPreviousData,
    enabled: shown.trim() !== "" && !row.deleted_at,
    retry: false,
    gcTime: 0,
  });
  const save = () =>
    api.update("contract-templates", row.id, row.version, { body }).then(() => {
      void refresh();
      toast.success(text().saved.saved);
    }, complain);
  const editable = changes(resource("contract-templates")!) && !row.deleted_at;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <section className="card p-4">
        <label className="section-title mb-2 block" htmlFor="template-body">
          {words.editor}
        </label>
        <textarea
          id="template-body"
          rows={18}
          className="input h-auto py-2 font-mono text-xs"
          value={body}
          readOnly={!editable}
          onChange={(event) => setBody(event.target.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby="template-trouble"
        />
        <p id="template-trouble" role="status" className="min-h-5 text-bad">
          {error && <Said problem={error.problem} />}
        </p>
        {editable && (
          <button
            className="btn btn-primary"
            disabled={body === row.body || error !== null || body.trim() === ""}
            onClick={() => void save()}
          >
            {words.save}
          </button>
        )}
      </section>
      <section className="card p-4">
        <h2 className="section-title mb-2">{words.preview}</h2>
        {data && <Blocks blocks={data.data} />}
        {!data && !error && <div className="skeleton h-24" aria-busy />}
        {data && (
          <details className="mt-4 text-ink-2">
            <summary>{words.variables}</summary>
            <p className="mt-1 text-xs leading-6 break-words">
              {data.variables.map((name) => (
                <code key={name} className="mr-3 inline-block">{`{{ ${name} }}`}</code>
              ))}
            </p>
          </details>
        )}
      </section>
    </div>
  );
}

/** What is wrong, and in which line. */
function Said({ problem }: { problem: ApiError["problem"] }) {
  const line = (problem as { line?: number }).line;
  const said = explain(problem);
  return <>{line && !/^line \d/i.test(said) ? text().contracts.line(line) + said : said}</>;
}

function Blocks({ blocks }: { blocks: Preview["data"] }) {
  return (
    <div className="space-y-2 break-words">
      {blocks.map(({ kind, text: said }, index) => {
        if (kind === "heading") return <h3 key={index} className="pt-2 text-base font-semibold">{said}</h3>; // prettier-ignore
        if (kind === "subheading") return <h4 key={index} className="pt-1 font-semibold">{said}</h4>; // prettier-ignore
        return <p key={index}>{kind === "point" ? `• ${said}` : said}</p>;
      })}
    </div>
  );
}
