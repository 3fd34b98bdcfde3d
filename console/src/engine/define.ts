// A resource is declared here once; list, detail, form, filters and palette are made from it. What it names must be in the API.
import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";
import { may } from "../api/account";
import type { Filters, Row, Schemas } from "../api/client";
import type { paths } from "../api/schema";
import type { Catalogue } from "../text/en";

type Path = keyof paths & string;
type Collection = { [P in Path]: P extends `${infer C}/{id}` ? C : never }[Path];

type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;
type Sent<T> = T extends { requestBody?: infer R } ? Json<NonNullable<R>> : never;
type Operation<P, M extends string> = P extends Path ? (M extends keyof paths[P] ? paths[P][M] : never) : never;
type Answer<T> = T extends { responses: infer R }
  ? { [S in keyof R & (200 | 201 | 202)]: Json<R[S]> }[keyof R & (200 | 201 | 202)]
  : never;

/** Whole: an answer lacks a field only where `fields=` asked for others. */
export type ViewOf<P extends string> = Required<Answer<Operation<`${P}/{id}`, "get">>>;
type Query<P> = Operation<P, "get"> extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
type Sorts<P> = "sort" extends keyof Query<P> ? NonNullable<Query<P>["sort"]> : never;
type KeysOf<T> = T extends object ? keyof T & string : never;
/** The use cases of one record: `POST …/{id}/<verb>`. */
type VerbOf<P extends string> = {
  [Q in Path]: Q extends `${P}/{id}/${infer Verb}` ? (Operation<Q, "post"> extends never ? never : Verb) : never;
}[Path];

export type EnumName = keyof Catalogue["values"];
export type Kind =
  | "text" | "email" | "longtext" | "enum" | "money" | "int" | "bool" | "time" | "date" | "ref" | "id" | "list" | "address" | "json" | "permissions" | "password" | "role" | "ints" | "duration" | "zone" | "language" | "country" | "color" | "object" | "objects" | "browser" | "price" | "decimal" | "currency" | "lines" | "choices"; // prettier-ignore

export type Field = {
  key: string;
  kind?: Kind;
  /** What it is called, where that is not what others of this key are. */
  called?: keyof Catalogue["fields"];
  /** For `enum`: whose values, by their name in the API. */
  values?: EnumName;
  /** For `ref`: the resource it points to. */
  ref?: string;
  list?: boolean;
  /** Only a column: its page says it elsewhere. */
  column?: boolean;
  /** Left out of the list on phones. */
  wide?: boolean;
  sort?: boolean;
  filter?: boolean;
  /** Where it can be typed: when the record is made, when it is changed, or both. */
  edit?: "create" | "update" | "always";
  required?: boolean;
  /** What a new one begins with. */
  initial?: string;
  /** Of an `object`, or of each of many `objects`. One whose required part is left empty is none. */
  parts?: Field[];
  /** For `permissions`: where this field names somebody, only what a tenant's key may hold is offered. */
  tenants?: string;
  /** What is offered while a filter's value is typed. */
  suggest?: string[];
  /** For `money` and `price`: the field with its currency, where that is not `currency`. */
  currency?: string;
  /** Its value in words, where the bare one would mislead. */
  say?: (row: any) => string;
  /** What is to be known before typing. */
  hint?: keyof Catalogue["hints"];
};

type PartOf<V> = NonNullable<V> extends readonly (infer Each)[] ? KeysOf<Each> : KeysOf<NonNullable<V>>;

type FieldOf<P extends string> = {
  [K in KeysOf<ViewOf<P>> | KeysOf<Sent<Operation<P, "post">>>]: Omit<
    Field,
    "key" | "ref" | "sort" | "filter" | "edit" | "parts" | "currency" | "say"
  > & {
    say?: (row: ViewOf<P>) => string;
    key: K & keyof Catalogue["fields"];
    parts?: (Omit<Field, "key"> & {
      key: (K extends keyof ViewOf<P> ? PartOf<ViewOf<P>[K]> : never) & keyof Catalogue["fields"];
    })[];
    ref?: Resourceful;
    currency?: KeysOf<ViewOf<P>>;
    sort?: K extends Sorts<P> ? true : never;
    filter?: K extends keyof Query<P> ? true : never;
    edit?:
      | (K extends KeysOf<Sent<Operation<P, "post">>> ? "create" : never)
      | (K extends KeysOf<Sent<Operation<`${P}/{id}`, "patch">>> ? "update" : never)
      | (K extends KeysOf<Sent<Operation<P, "post">>> & KeysOf<Sent<Operation<`${P}/{id}`, "patch">>>
          ? "always"
          : never);
  };
}[KeysOf<ViewOf<P>> | KeysOf<Sent<Operation<P, "post">>>];

type Name<P extends string> = P extends `/v1/${infer N}` ? N : never;
export type Resourceful = Name<Collection>;

/** A verb of one record, with what must be said along with it. */
export type Action = {
  verb: string;
  when?: (row: Row) => boolean;
  ask?: Field[];
  /** Cannot be undone: the name has to be typed. */
  final?: boolean;
  /** A permission of its own, where to change the resource is not enough. */
  needs?: `${keyof Catalogue["permissions"]}.${string}`;
  /** Also offered for selected rows. */
  bulk?: boolean;
  /** Holds for what was looked at: refused when somebody was faster. */
  seen?: boolean;
  /** A dialog of its own, where there is more to see than fields. */
  dialog?: ComponentType<{ row: Row; close: () => void }>;
};

export type PickerProps = {
  res: Resource;
  id: string;
  name: string;
  defaultValue: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
};

type ActionOf<P extends string, V = ViewOf<P>> = {
  [K in VerbOf<P> & keyof Catalogue["verbs"]]: Omit<Action, "verb" | "when" | "ask"> & {
    verb: K;
    when?: (row: V) => boolean;
    ask?: (Omit<Field, "key"> & {
      key: KeysOf<Sent<Operation<`${P}/{id}/${K}`, "post">>> & keyof Catalogue["fields"];
    })[];
  };
}[VerbOf<P> & keyof Catalogue["verbs"]];

/** `delete` without `restore` is for good. */
export type Verb = "create" | "edit" | "delete" | "restore" | "bulk" | "export" | "timeline";
export type View = { name: keyof Catalogue["views"]; filters: Filters };
type Group = keyof Catalogue["groups"];

export type Resource = {
  /** Its address after `/v1/`, which is its page's too. */
  name: string;
  /** What its permissions begin with. */
  permission: string;
  /** Everybody has some: without permission they see theirs, and may do with them what can be done. */
  own?: boolean;
  icon: LucideIcon;
  group: Group | null;
  hotkey?: string;
  title: (row: any) => string;
  /** References whose names stand before the title, where it would not say by itself which one it is. */
  names?: string[];
  fields: Field[];
  /** The columns of a list that is shown inside another page. */
  brief: string[];
  sort: string;
  verbs: Verb[];
  views: View[];
  related: Related<string>[];
  actions: Action[];
  /** The field of an answer that holds a secret, which is shown this once; or what is done with an answer that has a token. */
  once?: string | ((answer: Row) => void);
  /** What its page shows above the fields. */
  section?: ComponentType<{ row: Row }>;
  /** What is shown below its list. */
  beside?: ComponentType;
  /** Chooses one in a form, where a search by name would not find it. */
  picker?: ComponentType<PickerProps>;
  /** What a new one would come to, shown before it is made. */
  preview?: ComponentType<{ body: object }>;
};

/** The rows that name it in `by`; `title` where the resource's own name says too little. */
type Related<R> = { resource: R; by: string; title?: keyof Catalogue["views"]; when?: (row: Row) => boolean };
type RelatedOf = {
  [R in Resourceful]: Omit<Related<R>, "by"> & { by: keyof Query<`/v1/${R}` & Collection> & string };
}[Resourceful];
type Shared = "icon" | "group" | "hotkey" | "once" | "section" | "picker" | "preview" | "beside" | "own";

type Declared<P extends string> = Pick<Resource, Shared> & {
  permission: keyof Catalogue["permissions"];
  title: (row: ViewOf<P>) => string;
  names?: KeysOf<ViewOf<P>>[];
  fields: FieldOf<P>[];
  brief: KeysOf<ViewOf<P>>[];
  sort: Sorts<P>;
  verbs: Verb[];
  views?: { name: keyof Catalogue["views"]; filters: { [K in keyof Query<P>]?: string } }[];
  related?: RelatedOf[];
  actions?: ActionOf<P>[];
};

const registry = new Map<string, Resource>();

/** In two steps, since the types of the second follow from the path. */
export const define = <P extends Collection>(path: P) => ({
  as: (declared: Declared<P>) => {
    const name = path.slice("/v1/".length);
    registry.set(name, { views: [], related: [], actions: [], ...(declared as object), name } as unknown as Resource);
  },
});

export const resource = (name: string) => registry.get(name);
export const resources = () => [...registry.values()];
export const sees = (res: Resource) => res.own || may(`${res.permission}.read`);
export const changes = (res: Resource) => res.own || may(`${res.permission}.write`);
/** What can be done with all of these rows, by whoever is signed in. */
export const possible = (res: Resource, rows: Row[]) =>
  changes(res) && rows.every((row) => !row.deleted_at)
    ? res.actions.filter(({ needs, when }) => (!needs || may(needs)) && (!when || rows.every(when)))
    : [];
export const declares = (res: Resource, verb: Verb) => res.verbs.includes(verb);
export type { Schemas };
