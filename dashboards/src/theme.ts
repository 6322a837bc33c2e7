/** Light or dark, as the system asks, for what is drawn on canvas and cannot follow CSS by itself. */
import { signal } from '@preact/signals';

const query = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

export const scheme = signal<'light' | 'dark'>(query?.matches ? 'dark' : 'light');

query?.addEventListener('change', () => {
  scheme.value = query.matches ? 'dark' : 'light';
});

/** A colour or size of the stylesheet, by its name without the dashes. */
export const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
