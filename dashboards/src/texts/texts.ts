/** The texts of the screens: one folder a language, the Vietnamese one says which keys there are. */
import type { Language } from '../../../devices/parameter.ts';
import type { vi } from './vi/index.ts';

export type TextKey = keyof typeof vi;
export type Texts = Readonly<Record<TextKey, string>>;

const LANGUAGES: Readonly<Record<Language, () => Promise<Texts>>> = {
  vi: () => import('./vi/index.ts').then((module) => module.vi),
  en: () => import('./en/index.ts').then((module) => module.en),
};

/** Those that were loaded: a phone fetches the one that is read, and the other when it is chosen. */
export const TEXTS = {} as Record<Language, Texts>;

export async function loadTexts(language: Language): Promise<void> {
  TEXTS[language] ??= await LANGUAGES[language]();
}

// Without a page (tests) nothing is waited for later.
if (typeof document === 'undefined') await Promise.all([loadTexts('vi'), loadTexts('en')]);

export type Values = Readonly<Record<string, string | number>>;

/** Puts values into `{name}`. A text with "|" has the form for one before it and for several behind it. */
export function fill(text: string, values: Values): string {
  const [one, many] = text.split('|');
  const form = many === undefined || values.n === 1 ? one : many;
  return (form ?? '').replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
