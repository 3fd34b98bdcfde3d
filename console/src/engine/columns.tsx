// Which columns a list shows; remembered on this device, and part of a saved view.
import { Columns3 } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { text } from "../text";
import type { Resource } from "./define";
import { label } from "./words";

/** Null also for what is none: anybody may have written there. */
function read(key: string): string[] | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return Array.isArray(kept) ? kept : null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

export type Columns = ReturnType<typeof useColumns>;

export function useColumns(res: Resource) {
  const key = `columns.${res.name}`;
  const [chosen, setChosen] = useState<string[] | null>(() => read(key));
  const set = (columns: string[] | null) => {
    if (columns) localStorage.setItem(key, JSON.stringify(columns));
    else localStorage.removeItem(key);
    setChosen(columns);
  };
  const shown = res.fields.filter((field) => (chosen ? chosen.includes(field.key) : field.list));
  return { chosen, set, shown: shown.length > 0 ? shown : res.fields.slice(0, 1) };
}

export function ColumnMenu({ res, columns }: { res: Resource; columns: Columns }) {
  const on = new Set(columns.shown.map((field) => field.key));
  const toggle = (key: string) => {
    if (!on.delete(key)) on.add(key);
    columns.set([...on]);
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn max-sm:hidden" aria-label={text().list.columns}>
        <Columns3 size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById("main")}>
        <DropdownMenu.Content className="popover max-h-96 w-56 overflow-auto p-1" align="end" sideOffset={6}>
          {res.fields.map((field) => (
            <DropdownMenu.CheckboxItem
              key={field.key}
              className="menu-item cursor-pointer"
              checked={on.has(field.key)}
              onCheckedChange={() => toggle(field.key)}
              onSelect={(event) => event.preventDefault()}
            >
              <span aria-hidden className="w-3 text-accent">
                {on.has(field.key) && "✓"}
              </span>
              {label(field)}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
