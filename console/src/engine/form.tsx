// The create and edit sheet. Sends only what changed, with the version the user looked at.
import { useMutation } from "@tanstack/react-query";
import { Dialog } from "radix-ui";
import { Sheet } from "../ui/layer";
import { Suspense, useRef, useState, type FormEvent, useEffect } from "react";
import { toast } from "sonner";
import { api, ApiError, type Row } from "../api/client";
import { explain, text } from "../text";
import { Conflict } from "./conflict";
import { Control, type Errors } from "./control";
import type { Field, Resource } from "./define";
import { useDiscard } from "./discard";
import { edited } from "./edited";
import { showOnce } from "./once";
import { useRefresh } from "./rows";
import { parsed, shown, typed, Unreadable } from "./values";
import { wordsOf } from "./words";

type Props = { res: Resource; row?: Row; open: boolean; close: () => void };
export type Changes = Record<string, unknown>;

/** Kinds that begin with the company's own, which the API does not know to be meant. */
const BEGIN = ["currency", "zone", "language"];

/** What is sent: for a new row also what it begins with, and a box that was unticked. Throws `Unreadable`. */
export function collect(fields: Field[], form: HTMLFormElement, row?: Row): Changes {
  const data = new FormData(form);
  const sent = row
    ? edited(fields, form, row)
    : fields.filter(
        (field) =>
          BEGIN.includes(field.kind ?? "text") ||
          (field.kind === "bool" && field.initial !== undefined) ||
          typed(field, data) !== shown({ ...field, initial: undefined }),
      );
  return Object.fromEntries(sent.map((field) => [field.key, parsed(field, typed(field, data))]));
}

export function FormSheet({ res, row: latest, open, close }: Props) {
  // The one it was opened with: what others save meanwhile neither changes what is typed nor hides a conflict.
  const seen = useRef(latest);
  if (!open) seen.current = latest;
  const row = seen.current;
  const fields = res.fields.filter((field) => field.edit === "always" || field.edit === (row ? "update" : "create"));
  const { form, leave, tryToLeave, question } = useDiscard(fields, row, close);
  return (
    <Sheet
      open={open}
      close={tryToLeave}
      title={row ? text().form.editing(wordsOf(res).one) : wordsOf(res).fresh}
      width={res.preview && !row ? "w-[min(680px,100vw)]" : "w-[min(480px,100vw)]"}
    >
      <Form res={res} row={row} fields={fields} close={leave} form={form} />
      {question}
    </Sheet>
  );
}

type FormProps = Omit<Props, "open"> & { fields: Field[]; form: React.RefObject<HTMLFormElement | null> };

/** Saves the changes of a row, or makes one; remembers what was sent for the case that somebody was faster. */
function useSave({ res, row, close }: Omit<FormProps, "form" | "fields">) {
  const refresh = useRefresh(res);
  // The version the form was opened with; a live update behind the sheet must not hide a conflict.
  const [base, setBase] = useState(row);
  const [sent, setSent] = useState<Changes>({});
  const save = useMutation<Row, ApiError, { changes: Changes; over?: Row }>({
    mutationFn: ({ changes, over = base }) =>
      over ? api.update(res.name, over.id, over.version, changes) : api.create(res.name, changes),
    onSuccess: (answer) => {
      void refresh();
      close();
      if (!showOnce(res, answer)) toast.success(row ? text().saved.saved : text().saved.created(res.title(answer)));
    },
  });
  const overwrite = (latest: Row) => {
    setBase(latest);
    save.mutate({ changes: sent, over: latest });
  };
  const send = (changes: Changes) => {
    setSent(changes);
    save.mutate({ changes });
  };
  return { save, base, sent, overwrite, send };
}

function Form({ res, row, fields, close, form }: FormProps) {
  const { save, base, sent, overwrite, send } = useSave({ res, row, close });
  const { unreadable, readable } = useReadable();
  const [previewed, setPreviewed] = useState<Changes | null>(null);
  const problem = save.error;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const changes = readable(() => collect(fields, event.currentTarget, base));
    if (!changes) return;
    if (row && Object.keys(changes).length === 0) close();
    else send(changes);
  };
  const Preview = row ? undefined : res.preview;
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem, unreadable]);
  return (
    <form
      ref={form}
      className="flex min-h-0 flex-1 flex-col"
      noValidate
      onSubmit={submit}
      onInput={() => setPreviewed(null)}
    >
      <div className="flex-1 space-y-4 overflow-auto p-5">
        {fields.map((field) => (
          <Control
            key={field.key}
            field={field}
            value={shown(field, row)}
            errors={{ ...refusals(problem), ...unreadable }}
            row={row}
          />
        ))}
        {Preview && previewed && (
          <Suspense fallback={<div className="skeleton h-24" aria-busy />}>
            <Preview body={previewed} />
          </Suspense>
        )}
        {base && problem?.status === 412 && (
          <Conflict res={res} base={base} changes={sent} overwrite={overwrite} discard={close} />
        )}
        <Trouble problem={problem?.status === 412 ? null : problem} fields={fields} />
      </div>
      <footer className="flex justify-end gap-2 border-t border-line p-3">
        {Preview && (
          <button
            type="button"
            className="btn mr-auto"
            onClick={() => setPreviewed(readable(() => collect(fields, form.current!)))}
          >
            {text().verb.preview}
          </button>
        )}
        <Dialog.Close className="btn">{text().verb.cancel}</Dialog.Close>
        <button className="btn btn-primary" disabled={save.isPending}>
          {row ? text().verb.saveChanges : text().verb.create}
        </button>
      </footer>
    </form>
  );
}

/** What could not be read, by path; `readable` is null where that is something. */
export function useReadable() {
  const [unreadable, setUnreadable] = useState<Errors>({});
  const readable = <T,>(collected: () => T) => {
    setUnreadable({});
    try {
      return collected();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      setUnreadable({ [error.path]: error.message });
      return null;
    }
  };
  return { unreadable, readable };
}

/** What the API refused, by dotted path. */
export const refusals = (problem: ApiError | null) =>
  Object.fromEntries(Object.entries(problem?.fields ?? {}).map(([path, error]) => [path, explain(error)]));

/** The problem as a whole, where no field can show it. */
export function Trouble({ problem, fields }: { problem: ApiError | null; fields: Field[] }) {
  const told =
    problem && Object.keys(problem.fields).some((path) => fields.some((field) => path.split(".")[0] === field.key));
  if (!problem || told) return null;
  return (
    <p role="alert" className="text-bad">
      {explain(problem.problem)}
    </p>
  );
}
