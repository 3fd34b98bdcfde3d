// The command palette: find a record, jump to a page, or begin something.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Play, Plus, Search, type LucideIcon } from "lucide-react";
import { Dialog } from "radix-ui";
import { Layer } from "../ui/layer";
import { useState } from "react";
import { useLocation } from "wouter";
import { may } from "../api/account";
import { api, ApiError } from "../api/client";
import { pages } from "../pages";
import { explain, text, useText } from "../text";
import { useOffered } from "./offered";
import { declares, resource, resources, sees } from "./define";
import { wordsOf } from "./words";

export default function Palette({ open, setOpen }: { open: boolean; setOpen: (open: boolean) => void }) {
  useText();
  return (
    <Layer
      open={open}
      close={() => setOpen(false)}
      className="popover fixed top-[12%] left-1/2 w-[min(600px,94vw)] -translate-x-1/2 overflow-hidden"
    >
      <Dialog.Title className="sr-only">{text().palette.title}</Dialog.Title>
      <Commands close={() => setOpen(false)} />
    </Layer>
  );
}

type Item = { value: string; icon: LucideIcon; text: string; hint?: string; href?: string; run?: () => void };

const matching = (typed: string) => (item: Item) => item.text.toLowerCase().includes(typed.toLowerCase());

function places(): Item[] {
  const lists = resources().filter((res) => res.group && sees(res));
  return [
    ...pages().map(({ path, icon, title, hotkey }) => ({ value: `go ${path}`, icon, text: title, hint: hotkey && `g ${hotkey}`, href: path })),
    ...lists.map((res) => ({ value: `go ${res.name}`, icon: res.icon, text: wordsOf(res).label, hint: res.hotkey && `g ${res.hotkey}`, href: `/${res.name}` })),
  ]; // prettier-ignore
}

function beginnings(): Item[] {
  const creatable = resources().filter((res) => res.group && declares(res, "create") && may(`${res.permission}.write`));
  return creatable.map((res) => ({
    value: `new ${res.name}`,
    icon: Plus,
    text: wordsOf(res).fresh,
    href: `/${res.name}?new`,
  }));
}

function useFound(typed: string): { found: Item[]; word: string } {
  const { data, error, isFetching } = useQuery({
    queryKey: ["search", typed],
    queryFn: () => api.search(typed),
    enabled: typed.trim().length > 1,
    placeholderData: keepPreviousData,
  });
  const words = text().palette;
  if (typed.trim().length < 2) return { found: [], word: words.empty };
  const word = error instanceof ApiError ? explain(error.problem) : isFetching ? words.searching : words.empty;
  const found = (data?.data ?? []).flatMap(({ resource: name, id, title, url }) => {
    const res = resource(url.replace(/^\/v1\//, "").replace(/\/[^/]+$/, "")) ?? resource(name);
    return res ? [{ value: id, icon: res.icon, text: title, hint: id, href: `/${res.name}/${id}` }] : [];
  });
  return { found, word };
}

function Commands({ close }: { close: () => void }) {
  const [, go] = useLocation();
  const [typed, setTyped] = useState("");
  const words = text().palette;
  const { found, word } = useFound(typed);
  const verbs = useOffered().map(({ name, run }) => ({ value: `do ${name}`, icon: Play, text: name, run }));
  const groups: [string, Item[]][] = [
    [words.verbs, verbs.filter(matching(typed))],
    [words.goTo, places().filter(matching(typed))],
    [words.make, typed ? beginnings().filter(matching(typed)) : []],
    [words.open, found], // arrives later, and must not push away what is being clicked
  ];
  return (
    <Command shouldFilter={false} label={words.title}>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search size={15} className="text-ink-3" />
        <Command.Input
          value={typed}
          onValueChange={setTyped}
          placeholder={words.hint}
          className="h-11 w-full bg-transparent text-base outline-none!"
        />
      </div>
      <Command.List className="max-h-[420px] overflow-auto p-2">
        <Command.Empty className="p-6 text-center text-ink-2">{word}</Command.Empty>
        {groups.map(
          ([heading, items]) =>
            items.length > 0 && (
              <Command.Group key={heading} heading={heading}>
                {items.map((item) => (
                  <Command.Item
                    key={item.value}
                    value={item.value}
                    className="menu-item cursor-pointer"
                    onSelect={() => {
                      close();
                      item.run?.();
                      if (item.href) go(item.href);
                    }}
                  >
                    <item.icon size={15} className="shrink-0 text-ink-3" />
                    <span className="truncate">{item.text}</span>
                    {item.hint && <span className="ml-auto font-mono text-xs text-ink-2">{item.hint}</span>}
                  </Command.Item>
                ))}
              </Command.Group>
            ),
        )}
      </Command.List>
    </Command>
  );
}
