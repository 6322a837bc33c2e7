/** Keeps the picture of the screens for a time without network, and shows it when the gateway cannot be reached. */
import { batch, effect, untracked } from '@preact/signals';
import { access, alertList, alerts, heardAt, link, loaded, readingsOf, stations } from '../state.ts';
import { readPicture, writePicture } from './kept.ts';
import { type Picture, pictureOf } from './picture.ts';

/** A picture of 1,000 stations is some 20 ms of work. */
const KEEP_EVERY_MS = 30_000;
/** Changes of alerts come in bursts. */
const SOON_MS = 1500;

function picture(): Picture | null {
  if (access.value.kind !== 'in' || loaded.value !== 'ready') return null;
  return pictureOf({
    session: access.value.session,
    heardAt: heardAt.value,
    stations: stations.value.values(),
    alerts: alertList.value,
    readingsOf: (station) => readingsOf(station).value.values(),
  });
}

/** A browser that keeps nothing, or has no room left, shows nothing without network. */
const keep = (): Promise<void> => writePicture(() => untracked(picture)).catch(() => {});

/** Keeps what is shown: soon after an alert has changed, every half minute, and when the page is left. */
export function followPicture(): () => void {
  let soon: ReturnType<typeof setTimeout> | undefined;
  let keptAt = 0;
  const keepNew = (): void => {
    if (heardAt.peek() === keptAt) return;
    keptAt = heardAt.peek();
    void keep();
  };
  const leave = (): void => {
    if (document.visibilityState === 'hidden') keepNew();
  };
  const timer = setInterval(keepNew, KEEP_EVERY_MS);
  document.addEventListener('visibilitychange', leave);
  const stop = effect(() => {
    if (alerts.value.size === 0 && loaded.value !== 'ready') return;
    clearTimeout(soon);
    if (link.value === 'live') soon = setTimeout(keepNew, SOON_MS);
  });
  return () => {
    stop();
    clearInterval(timer);
    clearTimeout(soon);
    document.removeEventListener('visibilitychange', leave);
  };
}

/** Shows the kept picture, if there is one, of whoever was not logged out. */
export async function showPicture(): Promise<void> {
  const kept = await readPicture().catch(() => null);
  if (kept === null || access.value.kind === 'in' || access.value.kind === 'out') return;
  batch(() => {
    stations.value = new Map(kept.stations.map((station) => [station.id, station]));
    for (const [station, own] of kept.readings)
      readingsOf(station).value = new Map(own.map((reading) => [reading.parameter, reading]));
    alerts.value = new Map(kept.alerts.map((alert) => [alert.id, alert]));
    heardAt.value = kept.heardAt;
    loaded.value = 'ready';
    link.value = 'lost';
    access.value = { kind: 'in', session: kept.session };
  });
}
