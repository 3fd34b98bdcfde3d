// What a ticket's page shows above its fields: what was promised and how it stands, and the conversation with its composer.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { useEffect, useState } from "react";
import { may } from "../api/account";
import { api, request, withQuery, type ApiError, type Row, type Schemas } from "../api/client";
import { changes, resource } from "../engine/define";
import { Trouble } from "../engine/form";
import { Time } from "../engine/format";
import { RefName } from "../engine/names";
import { text, useText } from "../text";
import { Composer } from "./ticket_composer";

type Reply = Schemas["Reply"];
const MINUTE = 60_000;

export default function Ticket({ row }: { row: Row }) {
  useText();
  const open = row.status !== "closed" && !row.deleted_at;
  return (
    <div className="space-y-4">
      <Promises row={row} />
      <section className="card p-4">
        <h2 className="section-title mb-3">{text().tickets.thread}</h2>
        <Thread row={row} />
        {open && changes(resource("tickets")!) && <Composer row={row} />}
        {row.status === "closed" && <p className="mt-3 text-ink-2">{text().tickets.closed}</p>}
      </section>
    </div>
  );
}

/** The time as it is now, every minute; on a test clock what that shows, and null while that is not known. */
function useNow(clock: string | null) {
  const { data } = useQuery({
    queryKey: ["test-clocks", clock],
    queryFn: () => api.get("test-clocks", clock!),
    enabled: clock !== null && may("clocks.read"),
  });
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  if (clock === null) return now;
  return data ? new Date(data.now).getTime() : null;
}

function Promises({ row }: { row: Row }) {
  const words = text().tickets;
  const now = useNow(row.clock_id);
  if (row.sla === "none") return null;
  const all = [
    { name: words.first_reply, due: row.first_reply_due_at, kept: row.first_replied_at },
    { name: words.resolution, due: row.resolution_due_at, kept: row.solved_at },
  ];
  return (
    <section className="card p-4" aria-label={words.promised}>
      <dl className="grid gap-3 sm:grid-cols-2">
        {all.map(({ name, due, kept }) => (
          <div key={name}>
            <dt className="text-ink-2">{name}</dt>
            <dd className="font-medium">
              {due ? (
                <Due at={due} now={now} warned={row.sla !== "on_time"} />
              ) : kept ? (
                <Kept at={kept} />
              ) : (
                words.still
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Where nobody knows what time it is (`now` is null), only the moment is said. */
function Due({ at, now, warned }: { at: string; now: number | null; warned: boolean }) {
  const words = text().tickets;
  const left = now === null ? Infinity : new Date(at).getTime() - now;
  const late = left <= 0;
  const soon = !late && warned && left < 60 * MINUTE;
  return (
    <span className={late ? "text-bad" : ""}>
      {late ? words.overdue : soon ? words.soon : words.due}: <Time at={at} />
    </span>
  );
}

const Kept = ({ at }: { at: string }) => (
  <>
    {text().tickets.kept}: <Time at={at} />
  </>
);

function Thread({ row }: { row: Row }) {
  const words = text().tickets;
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery<
    Schemas["Replies"],
    ApiError
  >({
    queryKey: ["tickets", row.id, "replies", row.version],
    queryFn: ({ pageParam }) =>
      request("GET", withQuery(`/tickets/${row.id}/replies`, { limit: 20, cursor: pageParam as string | null })),
    initialPageParam: null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
  const replies = data?.pages.flatMap((page) => page.data).reverse();
  return (
    <>
      <Trouble problem={error} fields={[]} />
      {!data && !error && <div className="skeleton h-24" aria-busy />}
      {hasNextPage && (
        <button className="btn mb-3" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {words.older}
        </button>
      )}
      <ol className="space-y-3">
        {replies?.map((reply) => (
          <Bubble key={reply.id} ticket={row.id} reply={reply} />
        ))}
      </ol>
    </>
  );
}

function Bubble({ ticket, reply }: { ticket: string; reply: Reply }) {
  const words = text().tickets;
  const ours = reply.author === "staff";
  const internal = reply.kind === "internal";
  const look = internal ? "border-dashed border-warn" : ours ? "border-line bg-fill" : "border-line";
  return (
    <li className={`max-w-[92%] rounded-lg border px-3 py-2 ${look} ${ours ? "ml-auto" : ""}`}>
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-ink-2">
        {internal && (
          <span className="inline-flex items-center gap-1 font-medium text-ink">
            <Lock size={12} aria-hidden /> {words.internal}
          </span>
        )}
        {ours ? <Author id={reply.by} /> : <span>{words.customer}</span>}
        <Time at={reply.at} />
      </p>
      <p className="mt-1 break-words whitespace-pre-wrap">{reply.text}</p>
      {reply.attachments.length > 0 && (
        <ul className="mt-2 flex flex-wrap gap-2">
          {reply.attachments.map((file) => (
            <li key={file.id}>
              <File ticket={ticket} file={file} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

const Author = ({ id }: { id: string }) =>
  id.startsWith("stf_") ? <RefName res={resource("staff")!} id={id} /> : <span>{id}</span>;

/** Its address works for a minute: it is asked for when the file is wanted. */
function File({ ticket, file }: { ticket: string; file: Schemas["Attachment"] }) {
  const [problem, setProblem] = useState<ApiError | null>(null);
  const fetched = async () => {
    try {
      const { url } = await request<Schemas["FileLink"]>("GET", `/tickets/${ticket}/files/${file.id}`);
      location.assign(url); // an attachment: the page stays
    } catch (error) {
      setProblem(error as ApiError);
    }
  };
  return (
    <>
      <button className="btn" onClick={fetched}>
        {file.name}
      </button>
      <Trouble problem={problem} fields={[]} />
    </>
  );
}
