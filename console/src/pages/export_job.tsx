// An export: how far it has come, and its file once it is there.
import { Download } from "lucide-react";
import type { Row } from "../api/client";
import { JobState, useJob } from "../engine/export_dialog";
import { day, number } from "../engine/format";
import { text } from "../text";

const KILO = 1000;

/** 48,230 bytes are 48 kB. */
const size = (bytes: number) =>
  bytes < KILO * KILO ? `${number(Math.ceil(bytes / KILO))} kB` : `${number(Math.round(bytes / KILO / 100) / 10)} MB`;

export default function ExportJob({ row }: { row: Row }) {
  const { data: job } = useJob(row.id);
  const words = text().exporting;
  return (
    <section className="card space-y-3 p-4">
      <h2 className="section-title">{words.file}</h2>
      <JobState job={job} />
      {job?.url && (
        <div className="flex flex-wrap items-center gap-3">
          <a className="btn btn-primary" href={job.url} download>
            <Download size={14} />
            {words.download}
          </a>
          <span className="text-ink-2">
            {job.bytes != null && `${size(job.bytes)} · `}
            {job.expires_at && `${words.until} ${day(job.expires_at)}`}
          </span>
        </div>
      )}
    </section>
  );
}
