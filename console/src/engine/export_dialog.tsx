// Exports what the list shows: the server writes the file as a job, its progress is shown, the browser fetches it when it is ready.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { request, type ApiError, type Filters, type Schemas } from "../api/client";
import { explain, text } from "../text";
import type { Resource } from "./define";
import { number, valueName } from "./format";
import { wordsOf } from "./words";

type Job = Schemas["ExportDetail"];
type Format = Schemas["ExportFormat"];
type Props = { res: Resource; filters: Filters; sort: string };
const POLL_MS = 700;

export function ExportDialog(props: Props) {
  return (
    <Dialog.Root>
      <Dialog.Trigger className="btn" aria-label={text().exporting.title}>
        <Download size={14} />
        <span className="max-sm:hidden">{text().exporting.title}</span>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="popover fixed top-[18%] left-1/2 w-[min(420px,92vw)] -translate-x-1/2 p-5">
          <Dialog.Title className="section-title">
            {text().exporting.title}: {wordsOf(props.res).label}
          </Dialog.Title>
          <Dialog.Description className="mt-1 text-ink-2">{text().exporting.hint}</Dialog.Description>
          <Export {...props} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Export({ res, filters, sort }: Props) {
  const [format, setFormat] = useState<Format>("csv");
  const start = useMutation<Job, ApiError>({
    mutationFn: () =>
      request<Job>("POST", `/${res.name}/exports`, {
        format,
        filter: filters,
        sort: filters.q ? null : sort,
        language: text().code,
      }),
  });
  if (start.data) return <Progress id={start.data.id} />;
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate();
      }}
    >
      <fieldset className="flex gap-4">
        <legend className="mb-1 font-medium">{text().exporting.format}</legend>
        {(Object.keys(text().values.ExportFormat) as Format[]).map((each) => (
          <label key={each} className="flex items-center gap-1.5">
            <input type="radio" name="format" checked={format === each} onChange={() => setFormat(each)} />
            {valueName("ExportFormat", each)}
          </label>
        ))}
      </fieldset>
      {start.error && (
        <p role="alert" className="text-bad">
          {explain(start.error.problem)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Dialog.Close className="btn">{text().verb.cancel}</Dialog.Close>
        <button className="btn btn-primary" disabled={start.isPending}>
          {text().exporting.start}
        </button>
      </div>
    </form>
  );
}

const ended = (job?: Job) => job && ["done", "failed", "expired"].includes(job.status);

/** A job, asked for again and again until it has ended. */
export const useJob = (id: string) =>
  useQuery({
    queryKey: ["exports", id, "progress"],
    queryFn: () => request<Job>("GET", `/exports/${id}`),
    refetchInterval: ({ state }) => (ended(state.data) ? false : POLL_MS),
  });

function said(job?: Job) {
  const words = text().exporting;
  switch (job?.status) {
    case "done":
      return words.done(number(job.rows ?? 0));
    case "running":
      return words.running(number(job.progress));
    case "failed":
      return `${words.failed}: ${explain(job.error ?? {})}`;
    case "expired":
      return words.gone;
    default:
      return words.waiting;
  }
}

/** How far it has come. Nobody knows how many rows there will be, so the bar only moves until it is full. */
export function JobState({ job }: { job?: Job }) {
  const waiting = !ended(job);
  return (
    <div className="space-y-3">
      {(waiting || job?.status === "done") && (
        <div
          role="progressbar"
          aria-label={text().exporting.title}
          aria-valuenow={waiting ? undefined : 100}
          className="h-1.5 overflow-hidden rounded-full bg-fill"
        >
          <div className={`h-full rounded-full bg-accent ${waiting ? "skeleton w-1/3" : "w-full"}`} />
        </div>
      )}
      <p role="status" className={job?.status === "failed" ? "text-bad" : "text-ink-2"}>
        {said(job)}
      </p>
    </div>
  );
}

function Progress({ id }: { id: string }) {
  const { data: job } = useJob(id);
  const words = text().exporting;
  const done = job?.status === "done";
  return (
    <div className="mt-4 space-y-4">
      <JobState job={job} />
      <div className="flex justify-end gap-2">
        <Dialog.Close className="btn">{text().verb.close}</Dialog.Close>
        {done && job.url && (
          <a className="btn btn-primary" href={job.url} download>
            <Download size={14} />
            {words.download}
          </a>
        )}
      </div>
    </div>
  );
}
