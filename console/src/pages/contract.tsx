// What a contract's page shows above its fields: who signed it, all that it has said, and its PDF beside that.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { request, withQuery, type ApiError, type Row, type Schemas } from "../api/client";
import { resource } from "../engine/define";
import { Trouble } from "../engine/form";
import { Time } from "../engine/format";
import { RefName } from "../engine/names";
import { complain } from "../engine/rows";
import { text, useText } from "../text";
import { Pdf, RENEWED_MS, useWide } from "./pdf";

type Link = Schemas["ContractLink"];

export default function Contract({ row }: { row: Row }) {
  useText();
  const wide = useWide();
  const { data: pdf } = useQuery({
    queryKey: ["contracts", row.id, "document", row.sha256],
    queryFn: () => request<Link>("GET", `/contracts/${row.id}/document`),
    staleTime: RENEWED_MS,
    refetchInterval: RENEWED_MS,
  });
  return (
    <div className={wide && pdf ? "grid grid-cols-[minmax(0,1fr)_minmax(0,400px)] items-start gap-6" : ""}>
      <div className="min-w-0 space-y-4">
        {row.signed_at && <Signature row={row} />}
        <Versions row={row} />
      </div>
      {wide && pdf && <Pdf key={pdf.sha256} link={pdf} />}
    </div>
  );
}

/** Opens a document of the contract by a link that is made when it is wanted. */
function Open({ path, label }: { path: string; label: string }) {
  const open = () =>
    request<Link>("GET", path).then(({ url }) => void window.open(url, "_blank", "noreferrer"), complain);
  return (
    <button className="btn" onClick={() => void open()}>
      <ExternalLink size={13} />
      {label}
    </button>
  );
}

function Signature({ row }: { row: Row }) {
  const words = text().contracts;
  const { data, error } = useQuery<Schemas["ContractEvidence"], ApiError>({
    queryKey: ["contracts", row.id, "evidence"],
    queryFn: () => request<Schemas["ContractEvidence"]>("GET", `/contracts/${row.id}/evidence`),
  });
  return (
    <section className="card p-4">
      <header className="mb-2 flex flex-wrap items-center gap-2">
        <h2 className="section-title mr-auto">{words.signature}</h2>
        <Open path={`/contracts/${row.id}/certificate`} label={words.certificate} />
      </header>
      <Trouble problem={error} fields={[]} />
      {!data && !error && <div className="skeleton h-16" aria-busy />}
      {data && (
        <div className="space-y-1">
          <p className="font-medium">
            {data.name} · <Time at={data.at} />
          </p>
          <p className="break-words text-ink-2">
            {data.email} · {words.from(data.user_agent)}
          </p>
          <p className="text-xs break-all text-ink-2">
            {words.sha256}: <code>{data.sha256}</code>
          </p>
        </div>
      )}
    </section>
  );
}

function Versions({ row }: { row: Row }) {
  const words = text().contracts;
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery<
    Schemas["ContractVersions"],
    ApiError
  >({
    queryKey: ["contracts", row.id, "versions", row.edition],
    queryFn: ({ pageParam }) =>
      request("GET", withQuery(`/contracts/${row.id}/versions`, { cursor: pageParam as string | null })),
    initialPageParam: null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const versions = data?.pages.flatMap((page) => page.data);
  return (
    <section className="card p-4">
      <h2 className="section-title mb-2">{words.versions}</h2>
      <Trouble problem={error} fields={[]} />
      {!data && !error && <div className="skeleton h-16" aria-busy />}
      <ol className="space-y-3">
        {versions?.map((version) => (
          <li key={version.number} className="border-b border-hair pb-3 last:border-0 last:pb-0">
            <div className="flex flex-wrap items-center gap-2">
              <p className="mr-auto font-medium">
                {words.version(version.number)}{" "}
                <span className="font-normal text-ink-2">{words.byTemplate(version.template_version)}</span>
              </p>
              <Open path={`/contracts/${row.id}/versions/${version.number}/document`} label={words.document} />
            </div>
            <p className="text-xs text-ink-2">
              {version.by.startsWith("stf_") && (
                <>
                  <RefName res={resource("staff")!} id={version.by} /> ·{" "}
                </>
              )}
              <Time at={version.at} />
            </p>
            <code className="text-xs break-all text-ink-2">{version.sha256}</code>
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <button className="btn mt-3" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {words.older}
        </button>
      )}
    </section>
  );
}
