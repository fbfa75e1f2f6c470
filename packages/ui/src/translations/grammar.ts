/** Plural forms and lists for translations. */

/** The forms of a language that a count may ask for; a language leaves out those that it does not have. */
export type PluralForms = Readonly<{ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>>;

/** Every form that any language has. */
export type AllPluralForms = Readonly<Record<Intl.LDMLPluralRule, string>>;

/** Chooses the form that a count asks for in a language, by the rules of Unicode CLDR. */
export function createPlural(locale: string): (count: number, forms: PluralForms) => string {
  let rules: Intl.PluralRules | undefined;
  return (count, forms) => forms[(rules ??= new Intl.PluralRules(locale)).select(count)] ?? forms.other;
}

/** Names several in a sentence: "Ana and Bo". */
export function createListing(locale: string): (names: readonly string[]) => string {
  let format: Intl.ListFormat | undefined;
  // One name is the list in every language; the first format of a page costs some ms.
  return (names) => (names.length === 1 ? (names[0] ?? '') : (format ??= new Intl.ListFormat(locale)).format(names));
}
