// Where staff write into a ticket: an answer to the customer, or a note for themselves.
import { Paperclip, X } from "lucide-react";
import { useState, type ChangeEvent, type FormEvent } from "react";
import { ApiError, type Row } from "../api/client";
import { resource } from "../engine/define";
import { refusals, Trouble } from "../engine/form";
import { useVerb } from "../engine/rows";
import { text } from "../text";
import { attached } from "./upload";

const FIELDS = [{ key: "text" }];
const MOST_FILES = 5;

export function Composer({ row }: { row: Row }) {
  const words = text().tickets;
  const act = useVerb(resource("tickets")!);
  const [kind, setKind] = useState("public");
  const [said, setSaid] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const refused = refusals(problem).text;

  async function send(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const attachments = await Promise.all(files.map((file) => attached(row.id, file)));
      await act("replies", [row], { text: said, kind, attachments });
      setSaid("");
      setFiles([]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="mt-4 space-y-3 border-t border-line pt-4" onSubmit={send}>
      <fieldset className="flex flex-wrap gap-4">
        <legend className="sr-only">{words.to}</legend>
        {(["public", "internal"] as const).map((each) => (
          <label key={each} className="flex items-center gap-1.5">
            <input type="radio" name="kind" value={each} checked={kind === each} onChange={() => setKind(each)} />
            {each === "public" ? words.answer : words.internal}
          </label>
        ))}
      </fieldset>
      <textarea
        aria-label={words.write}
        className={`input h-auto py-2 ${kind === "internal" ? "border-dashed border-warn" : ""}`}
        rows={4}
        maxLength={10_000}
        value={said}
        aria-invalid={refused ? true : undefined}
        onChange={(event) => setSaid(event.target.value)}
      />
      {refused && <p className="text-bad">{refused}</p>}
      <Files files={files} busy={busy} choose={setFiles} />
      <Trouble problem={problem} fields={FIELDS} />
      <button className="btn btn-primary" disabled={busy || !said.trim()}>
        {kind === "public" ? words.send : words.note}
      </button>
    </form>
  );
}

/** What goes along: chosen here, sent with the text. */
function Files({ files, busy, choose }: { files: File[]; busy: boolean; choose: (files: File[]) => void }) {
  const words = text().tickets;
  const add = ({ target }: ChangeEvent<HTMLInputElement>) => {
    choose([...files, ...(target.files ?? [])].slice(0, MOST_FILES));
    target.value = "";
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <label className="btn cursor-pointer focus-within:outline-2">
        <Paperclip size={14} aria-hidden />
        {words.attach}
        <input type="file" multiple className="sr-only" disabled={busy || files.length === MOST_FILES} onChange={add} />
      </label>
      <ul className="contents">
        {files.map((file, place) => (
          <li key={place} className="flex min-w-0 items-center gap-1">
            <span className="min-w-0 break-all">{file.name}</span>
            <button
              type="button"
              className="btn"
              aria-label={words.leaveOut(file.name)}
              disabled={busy}
              onClick={() => choose(files.filter((_, other) => other !== place))}
            >
              <X size={14} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
