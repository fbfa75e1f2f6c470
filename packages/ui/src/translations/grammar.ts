/** Plural forms and lists for translations. */

/** The plural forms of a language; a language omits those that it does not have. */
export type PluralForms = Readonly<{ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>>;

/** The plural forms of all languages. */
export type AllPluralForms = Readonly<Record<Intl.LDMLPluralRule, string>>;

/** Returns a function that chooses the plural form for a count, by the rules of Unicode CLDR. */
export function createPlural(locale: string): (count: number, forms: PluralForms) => string {
  let rules: Intl.PluralRules | undefined;
  return (count, forms) => forms[(rules ??= new Intl.PluralRules(locale)).select(count)] ?? forms.other;
}

/** Returns a function that joins names for a sentence: "Ana and Bo". */
export function createListing(locale: string): (names: readonly string[]) => string {
  let format: Intl.ListFormat | undefined;
  // One name is the list in every language; the first format of a page costs some ms.
  return (names) => (names.length === 1 ? (names[0] ?? '') : (format ??= new Intl.ListFormat(locale)).format(names));
}
