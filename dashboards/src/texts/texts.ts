/** The texts of the screens: one flat list a language, the Vietnamese one says which keys there are. */
import type { Language } from '../../../devices/parameter.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

export type TextKey = keyof typeof vi;
export type Texts = Readonly<Record<TextKey, string>>;

export const TEXTS: Readonly<Record<Language, Texts>> = { vi, en };

export type Values = Readonly<Record<string, string | number>>;

/** Puts values into `{name}`. A text with "|" has the form for one before it and for several behind it. */
export function fill(text: string, values: Values): string {
  const [one, many] = text.split('|');
  const form = many === undefined || values.n === 1 ? one : many;
  return (form ?? '').replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
