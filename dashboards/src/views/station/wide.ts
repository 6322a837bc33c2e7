/** Whether there is room for the values and a chart beside each other. */
import { signal } from '@preact/signals';

const query = globalThis.matchMedia?.('(width >= 1100px)');

export const isWide = signal(query?.matches ?? true);

query?.addEventListener('change', () => {
  isWide.value = query.matches;
});
