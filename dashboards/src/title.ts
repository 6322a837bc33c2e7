/** The title of the browser's tab and the badge of the installed app: seen even when the page is not. */
import { effect } from '@preact/signals';
import { isUnacknowledged, pageTitle } from './merge.ts';
import { alerts } from './state.ts';

export const followTitle = (): (() => void) =>
  effect(() => {
    document.title = pageTitle(alerts.value);
    const waiting = [...alerts.value.values()].filter(isUnacknowledged).length;
    // Zero takes it away. Browsers without badges have no such function, and some refuse while not installed.
    navigator.setAppBadge?.(waiting).catch(() => {});
  });
