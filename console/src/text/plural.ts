// The right form of a word for a number, in a language.
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** `{n}` stands for the number, written as the language writes it. */
export function plurals(language: string) {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (n: number, forms: Forms) => (forms[rules.select(n)] ?? forms.other).replace("{n}", digits.format(n));
}
