// What the console declares, as data and in English: for tests, which run the verbs that each resource has.
import { resources, type Field } from "./engine/define";
import { label, verbName, wordsOf } from "./engine/words";
import "./resources";
import { text } from "./text";

const named = (field: Field) => ({ ...field, label: label(field) });

export const registry = () => ({
  values: text().values,
  resources: resources().map((res) => ({
    ...res,
    words: wordsOf(res),
    fields: res.fields.map(named),
    views: res.views.map((view) => ({ ...view, label: text().views[view.name] })),
    actions: res.actions.map((action) => ({ ...action, label: verbName(action.verb), ask: action.ask?.map(named) })),
  })),
});
