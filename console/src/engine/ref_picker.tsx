// Chooses a record of another resource: a button with its name, and a search behind it.
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { ChevronsUpDown, X } from "lucide-react";
import { Popover } from "radix-ui";
import { useRef, useState } from "react";
import { api } from "../api/client";
import { text } from "../text";
import type { PickerProps, Resource } from "./define";
import { RefName, Title } from "./names";
import { wordsOf } from "./words";

const SHOWN = 8;

export default function RefPicker({ res, name, defaultValue, ...rest }: PickerProps) {
  const [chosen, setChosen] = useState(defaultValue);
  const [open, setOpen] = useState(false);
  const hidden = useRef<HTMLInputElement>(null);
  const choose = (id: string) => {
    setChosen(id);
    setOpen(false);
    // What listens to the form hears of typing only.
    setTimeout(() => hidden.current?.dispatchEvent(new Event("input", { bubbles: true })));
  };
  return (
    <div className="flex gap-1">
      <input ref={hidden} type="hidden" name={name} value={chosen} />
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger type="button" className="input flex items-center justify-between text-left" {...rest}>
          <span className="truncate">
            {chosen ? <RefName res={res} id={chosen} /> : text().form.pick(wordsOf(res).one)}
          </span>
          <ChevronsUpDown size={13} className="shrink-0 text-ink-3" />
        </Popover.Trigger>
        <Popover.Content
          className="popover w-80 overflow-hidden"
          align="start"
          sideOffset={6}
          aria-label={wordsOf(res).label}
        >
          <Choices res={res} choose={choose} />
        </Popover.Content>
      </Popover.Root>
      {chosen && (
        <button
          type="button"
          className="btn btn-ghost h-8 text-ink-2"
          aria-label={text().verb.clear}
          onClick={() => choose("")}
        >
          <X size={13} />
        </button>
      )}
    </div>
  );
}

function Choices({ res, choose }: { res: Resource; choose: (id: string) => void }) {
  const [typed, setTyped] = useState("");
  const filters: Record<string, string> = typed.length > 1 ? { q: typed } : {};
  const { data } = useQuery({
    queryKey: [res.name, "choices", typed],
    queryFn: () => api.list(res.name, { filters, limit: SHOWN }),
    placeholderData: (before) => before,
  });
  return (
    <Command shouldFilter={false} label={wordsOf(res).label}>
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        placeholder={text().list.search(wordsOf(res).label)}
        className="h-9 w-full border-b border-line bg-transparent px-3 outline-none!"
      />
      <Command.List className="max-h-64 overflow-auto p-1">
        <Command.Empty className="p-3 text-center text-ink-2">{text().palette.empty}</Command.Empty>
        {data?.data.map((row) => (
          <Command.Item
            key={row.id}
            value={row.id}
            className="menu-item cursor-pointer"
            onSelect={() => choose(row.id)}
          >
            <span className="truncate">
              <Title res={res} row={row} />
            </span>
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
