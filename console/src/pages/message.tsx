// A message as its recipient got it. Its HTML runs no script and reaches nothing: the frame has no rights at all.
import { useQuery } from "@tanstack/react-query";
import { Paperclip } from "lucide-react";
import { useState } from "react";
import { request, type ApiError, type Row, type Schemas } from "../api/client";
import { explain, text } from "../text";

type Body = Schemas["MessageBody"];

export default function Message({ row }: { row: Row }) {
  const words = text().message;
  const [plain, setPlain] = useState(false);
  const { data: body, error } = useQuery<Body, ApiError>({
    queryKey: ["notifications", row.id, "body"],
    queryFn: () => request("GET", `/notifications/${row.id}/body`),
    staleTime: Infinity,
  });
  return (
    <section className="card overflow-hidden">
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <h2 className="section-title mr-auto">{words.body}</h2>
        {body?.html && (
          <div className="flex gap-1" role="group" aria-label={words.body}>
            <Choice on={!plain} say={words.html} choose={() => setPlain(false)} />
            <Choice on={plain} say={words.text} choose={() => setPlain(true)} />
          </div>
        )}
      </header>
      {!body && !error && <div className="skeleton m-4 h-40" aria-busy />}
      {error && (
        <p className="p-4 text-bad" role="alert">
          {explain(error.problem)}
        </p>
      )}
      {body && (body.html && !plain ? <Html html={body.html} title={row.subject} /> : <Text said={body.text} />)}
      {row.attachments.length > 0 && (
        <ul className="flex flex-wrap gap-3 border-t border-line px-4 py-2 text-ink-2" aria-label={words.attachments}>
          {row.attachments.map((name: string) => (
            <li key={name} className="flex items-center gap-1.5">
              <Paperclip size={13} />
              {name}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Choice({ on, say, choose }: { on: boolean; say: string; choose: () => void }) {
  return (
    <button className={`btn btn-ghost ${on ? "bg-fill" : "text-ink-2"}`} aria-pressed={on} onClick={choose}>
      {say}
    </button>
  );
}

const Html = ({ html, title }: { html: string; title: string }) => (
  <iframe className="h-[560px] w-full bg-white" title={title} sandbox="" srcDoc={html} />
);

const Text = ({ said }: { said: string }) => (
  <p className="p-4 break-words whitespace-pre-wrap">{said || text().message.empty}</p>
);
