// What an invoice is made of, and its PDF beside that.
import { useQuery } from "@tanstack/react-query";
import { ExternalLink, FileSpreadsheet } from "lucide-react";
import { request, type Row, type Schemas, type ApiError } from "../api/client";
import { Trouble } from "../engine/form";
import { complain } from "../engine/rows";
import { text } from "../text";
import { Lines, Totals, type Bill } from "./breakdown";
import { Pdf, RENEWED_MS, useWide } from "./pdf";

type Link = Schemas["DocumentLink"];
export default function Invoice({ row }: { row: Row }) {
  const wide = useWide();
  const { data: bill, error } = useQuery<Bill, ApiError>({
    queryKey: ["invoices", row.id, "lines", row.version],
    queryFn: () => request<Bill>("GET", `/invoices/${row.id}/lines`),
  });
  const { data: pdf } = useQuery({
    queryKey: ["invoices", row.id, "pdf", row.pdf_sha256],
    queryFn: () => request<Link>("GET", `/invoices/${row.id}/pdf`),
    enabled: row.pdf_sha256 != null,
    staleTime: RENEWED_MS,
    refetchInterval: RENEWED_MS,
  });
  return (
    <div className={wide && pdf ? "grid grid-cols-[minmax(0,1fr)_minmax(0,340px)] items-start gap-6" : ""}>
      <section className="card min-w-0">
        <header className="flex flex-wrap items-center gap-2 px-4 py-3">
          <h2 className="section-title mr-auto">{text().fields.lines}</h2>
          {pdf && <Documents id={row.id} pdf={pdf} />}
        </header>
        {bill ? (
          <>
            <Lines bill={bill} />
            <Totals bill={bill} />
          </>
        ) : error ? (
          <Trouble problem={error} fields={[]} />
        ) : (
          <div className="skeleton m-4 h-24" aria-busy />
        )}
        {row.pdf_sha256 == null && <p className="px-4 pb-4 text-ink-2">{text().money.noDocument}</p>}
      </section>
      {wide && pdf && <Pdf key={pdf.sha256} link={pdf} />}
    </div>
  );
}

function Documents({ id, pdf }: { id: string; pdf: Link }) {
  const words = text().money;
  const download = () => request<Link>("GET", `/invoices/${id}/xlsx`).then(({ url }) => location.assign(url), complain);
  return (
    <>
      <a className="btn" href={pdf.url} target="_blank" rel="noreferrer">
        <ExternalLink size={13} />
        {words.openPdf}
      </a>
      <button className="btn" onClick={() => void download()}>
        <FileSpreadsheet size={13} />
        {words.workbook}
      </button>
    </>
  );
}
