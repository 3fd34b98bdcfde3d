// The words in the reader's language. German is fetched when it is wanted.
import { createStore } from "../ui/store";
import { en, type Catalogue } from "./en";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const store = createStore({ words: en });

export const useText = () => store.use().words;
/** For what is no component; it does not follow a change of language. */
export const text = () => store.get().words;

export async function speak(language: string) {
  const words: Catalogue = language === "de" ? (await import("./de")).de : en;
  document.documentElement.lang = words.code;
  store.set(() => ({ words }));
}

/** What went wrong, in the reader's language where it is known, else as the API says it. */
export function explain(problem: { code?: string; detail?: string; title?: string }) {
  if (problem.code === "unreachable") return text().signIn.unreachable;
  const said = problem.detail?.replace(/^Value error, /, "") ?? problem.title ?? "";
  return text().problems[problem.code ?? ""] ?? said.charAt(0).toUpperCase() + said.slice(1);
}
