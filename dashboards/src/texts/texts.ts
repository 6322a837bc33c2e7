/** The texts of the screens: one folder a language, the Vietnamese one says which keys there are. */
import type { Language } from '../../../devices/parameter.ts';
import type { vi } from './vi/index.ts';

export type TextKey = keyof typeof vi;
export type Texts = Readonly<Record<TextKey, string>>;

/** `first`: of the frame, the overview and the alerts; `more`: of the other views, whose code waits for it. */
type Part = 'first' | 'more';

const PARTS: Readonly<Record<Language, Readonly<Record<Part, () => Promise<Partial<Texts>>>>>> = {
  vi: {
    first: () => import('./vi/first.ts').then(({ first }) => first),
    more: () => import('./vi/more.ts').then(({ more }) => more),
  },
  en: {
    first: () => import('./en/first.ts').then(({ first }) => first),
    more: () => import('./en/more.ts').then(({ more }) => more),
  },
};

/** As far as they were loaded: a phone fetches those of its language and of the views that are opened. */
export const TEXTS = { vi: {}, en: {} } as Record<Language, Texts>;

/** What a view has asked for is loaded of another language, too. */
const wanted = new Set<Part>();

/** The texts of a language that are needed; a part that is there already is not asked for again. */
export async function loadTexts(language: Language, ...parts: readonly Part[]): Promise<void> {
  for (const part of parts) wanted.add(part);
  const loads = [...wanted].map((part) => PARTS[language][part]());
  Object.assign(TEXTS[language], ...(await Promise.all(loads)));
}

// Without a page (tests) nothing is waited for later.
if (typeof document === 'undefined')
  await Promise.all([loadTexts('vi', 'first', 'more'), loadTexts('en', 'first', 'more')]);

export type Values = Readonly<Record<string, string | number>>;

/** Puts values into `{name}`. A text with "|" has the form for one before it and for several behind it. */
export function fill(text: string, values: Values): string {
  const [one, many] = text.split('|');
  const form = many === undefined || values.n === 1 ? one : many;
  return (form ?? '').replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
