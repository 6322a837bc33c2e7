/** The title of the browser's tab: seen even when the page is not. */
import { effect } from '@preact/signals';
import { pageTitle } from './merge.ts';
import { alerts } from './state.ts';

export const followTitle = (): (() => void) =>
  effect(() => {
    document.title = pageTitle(alerts.value);
  });
