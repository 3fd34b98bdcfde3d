// Where staff write into a ticket: an answer to the customer, or a note for themselves.
import { useState, type FormEvent } from "react";
import { ApiError, type Row } from "../api/client";
import { resource } from "../engine/define";
import { refusals, Trouble } from "../engine/form";
import { useVerb } from "../engine/rows";
import { text } from "../text";

const FIELDS = [{ key: "text" }];

export function Composer({ row }: { row: Row }) {
  const words = text().tickets;
  const act = useVerb(resource("tickets")!);
  const [kind, setKind] = useState("public");
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const refused = refusals(problem).text;

  async function send(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await act("replies", [row], { text: said, kind });
      setSaid("");
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
      <Trouble problem={problem} fields={FIELDS} />
      <button className="btn btn-primary" disabled={busy || !said.trim()}>
        {kind === "public" ? words.send : words.note}
      </button>
    </form>
  );
}
