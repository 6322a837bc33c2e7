/** The language of the screen: Vietnamese unless the person chose otherwise; the choice is remembered. */
import { effect, signal } from '@preact/signals';
import type { Language } from '../../devices/parameter.ts';
import { recall, remember } from './memory.ts';
import { fill, loadTexts, TEXTS, type TextKey, type Texts, type Values } from './texts/texts.ts';

const LANGUAGES: readonly Language[] = ['vi', 'en'];
const KEY = 'quantrac.language';
/** Of the profile of whoever logged in last: it gives way to that of the next. */
const ADOPTED = 'quantrac.language.adopted';

const recalled = (key: string): Language | undefined => LANGUAGES.find((id) => id === recall(key));

export const language = signal<Language>(recalled(KEY) ?? recalled(ADOPTED) ?? 'vi');

/** Stays with the one there is when the other does not come. */
async function show(id: Language, key: string): Promise<void> {
  const loaded = await loadTexts(id).then(
    () => true,
    () => false,
  );
  if (!loaded) return;
  language.value = id;
  remember(key, id);
}

export const chooseLanguage = (id: Language): Promise<void> => show(id, KEY);

/** In a browser where nobody has chosen yet. */
export const adoptLanguage = async (id: Language): Promise<void> => {
  if (recalled(KEY) === undefined) await show(id, ADOPTED);
};

export const texts = (): Texts => TEXTS[language.value];

export const t = (key: TextKey, values?: Values): string =>
  values === undefined ? texts()[key] : fill(texts()[key], values);

/** A text of the API in the language of the screen. */
export const local = (text: Readonly<Record<Language, string>>): string => text[language.value];

/** Tells the browser and screen readers which language they read. */
export const followLanguage = (): (() => void) =>
  effect(() => {
    document.documentElement.lang = language.value;
  });
