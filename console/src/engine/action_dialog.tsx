// Asks for what a verb needs to know; where nothing can be undone, for the name of what it is done to.
import { useMutation } from "@tanstack/react-query";
import { Dialog } from "radix-ui";
import { Layer } from "../ui/layer";
import { useState, type FormEvent, type RefObject } from "react";
import { toast } from "sonner";
import type { ApiError, Row } from "../api/client";
import { text } from "../text";
import { Control } from "./control";
import type { Action, Resource } from "./define";
import { useDiscard } from "./discard";
import { collect, refusals, Trouble, useReadable } from "./form";
import { showOnce } from "./once";
import { useVerb, what } from "./rows";
import { shown } from "./values";
import { verbName } from "./words";

type Props = { res: Resource; rows: Row[]; action: Action; close: () => void };

export const asks = (action: Action) => Boolean(action.ask?.length || action.final);

export function ActionDialog(props: Props) {
  const { res, rows, action } = props;
  const { form, leave, tryToLeave, question } = useDiscard(action.ask ?? [], undefined, props.close);
  return (
    <Layer
      close={tryToLeave}
      className="popover fixed top-[14%] left-1/2 max-h-[80vh] w-[min(460px,92vw)] -translate-x-1/2 overflow-auto p-5"
    >
      <Dialog.Title className="section-title">
        {verbName(action.verb)}: {what(res, rows)}
      </Dialog.Title>
      <Ask {...props} close={leave} form={form} />
      {question}
    </Layer>
  );
}

function Ask({ res, rows, action, close, form }: Props & { form: RefObject<HTMLFormElement | null> }) {
  const run = useVerb(res);
  const word = rows.length === 1 ? res.title(rows[0]) : String(rows.length);
  const [confirmed, setConfirmed] = useState(!action.final);
  const { unreadable, readable } = useReadable();
  const fields = action.ask ?? [];
  const act = useMutation<Awaited<ReturnType<typeof run>>, ApiError, object>({
    mutationFn: (body) => run(action.verb, rows, body),
    onSuccess: ({ answer, rows: done }) => {
      close();
      if (!showOnce(res, answer)) toast.success(text().saved.done(verbName(action.verb), what(res, done)));
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = readable(() => collect(fields, event.currentTarget));
    if (body) act.mutate(body);
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="mt-4 space-y-4">
      {fields.map((field) => (
        <Control
          key={field.key}
          field={field}
          value={shown(field)}
          errors={{ ...refusals(act.error), ...unreadable }}
          row={rows[0]}
        />
      ))}
      {action.final && (
        <div>
          <p className="mb-2 text-bad">{text().form.cannotBeUndone}</p>
          <label className="mb-1 block font-medium" htmlFor="confirm">
            {text().form.typeToConfirm(word)}
          </label>
          <input
            id="confirm"
            className="input"
            autoComplete="off"
            onChange={(event) => setConfirmed(event.target.value.trim() === word)}
          />
        </div>
      )}
      <Trouble problem={act.error} fields={fields} />
      <div className="flex justify-end gap-2">
        <Dialog.Close className="btn">{text().verb.cancel}</Dialog.Close>
        <button className="btn btn-primary" disabled={!confirmed || act.isPending}>
          {verbName(action.verb)}
        </button>
      </div>
    </form>
  );
}
