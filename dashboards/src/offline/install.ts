/** The page's side of its service worker: registered once, a new version offered, a pressed push message followed. */
import { signal } from '@preact/signals';

/** A newer version of the screens is there and waits to be taken over. */
export const isNewVersion = signal(false);

let waiting: ServiceWorker | null = null;
/** It was asked for in this tab: only this one loads again, others may have something unsaved. */
let isTaking = false;
const LOOK_EVERY_MS = 3_600_000;

/** Takes the new version over; the page loads again with it. */
export const takeOver = (): void => {
  isTaking = true;
  if (waiting === null) location.reload();
  else waiting.postMessage('take over');
};

const offer = (worker: ServiceWorker | null): void => {
  // Without a controller this is the first one, which replaces nothing.
  if (worker === null || navigator.serviceWorker.controller === null) return;
  waiting = worker;
  isNewVersion.value = true;
};

export async function installWorker(): Promise<void> {
  const { serviceWorker } = navigator;
  // Not behind plain HTTP of another machine, and not while the screens are being written.
  if (serviceWorker === undefined || import.meta.env.DEV) return;
  let controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (!controlled) controlled = true;
    else if (isTaking) location.reload();
    else {
      // Another tab took it over: this one has the files of before, and says so.
      waiting = null;
      isNewVersion.value = true;
    }
  });
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ open?: unknown }>) => {
    if (typeof data?.open === 'string' && data.open.startsWith('#/')) location.hash = data.open;
  });
  serviceWorker.startMessages();
  try {
    const registration = await serviceWorker.register('/sw.js');
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed') offer(registration.waiting);
      });
    });
    setInterval(() => registration.update().catch(() => {}), LOOK_EVERY_MS);
  } catch {
    // The screens work without: only not without network.
  }
}
