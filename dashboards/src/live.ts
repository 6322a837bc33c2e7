/** Joins calls and stream into the state: loads all, keeps it up to date, loads again after a loss. */
import { batch } from '@preact/signals';
import type { AlertAnswer, StationAnswer } from '../../devices/wire/api.ts';
import { type Api, ApiFault } from './api.ts';
import { currentTime } from './clock.ts';
import {
  byStation,
  newCritical,
  type StationReading,
  withAlerts,
  withReadings,
  withStations,
} from './merge.ts';
import {
  alerts,
  announcement,
  epoch,
  heardAt,
  link,
  loaded,
  overtake,
  readingsOf,
  stations,
} from './state.ts';
import { openStream, type Source, type Stream } from './stream.ts';

export interface LiveParts {
  readonly api: Pick<Api, 'stations' | 'latest' | 'openAlerts'>;
  readonly connect: () => Source;
  /** What is said about a new critical alert. */
  readonly announce: (alert: AlertAnswer) => string;
  /** The session is over. */
  readonly loggedOut: () => void;
}

/** News is shown at most this often: 200 changes a second are five redraws. */
const SHOW_EVERY_MS = 200;
const RELOAD_MS = 5000;

export function startLive({ api, connect, announce, loggedOut }: LiveParts): Stream {
  // News that waits to be shown; at most one entry a series, alert or station.
  const readings = new Map<string, StationReading>();
  const changedAlerts = new Map<string, AlertAnswer>();
  const changedStations = new Map<string, StationAnswer>();
  let showTimer: ReturnType<typeof setTimeout> | undefined;
  let reloadTimer: ReturnType<typeof setTimeout> | undefined;
  /** Number of the newest load; an older one that comes late is not shown. */
  let load = 0;
  let loading = false;
  let open = false;
  let stopped = false;

  function heard(): void {
    heardAt.value = currentTime();
    // While an answer is awaited, news waits for it: news is the newer of the two.
    if (!loading) showTimer ??= setTimeout(show, SHOW_EVERY_MS);
  }

  function forgetNews(): void {
    clearTimeout(showTimer);
    showTimer = undefined;
    readings.clear();
    changedStations.clear();
    changedAlerts.clear();
  }

  function show(): void {
    batch(() => {
      showReadings(readings.values());
      if (changedStations.size > 0) stations.value = withStations(stations.value, changedStations.values());
      showAlerts(withAlerts(alerts.value, changedAlerts.values()));
      overtake((id) => changedAlerts.has(id));
    });
    forgetNews();
  }

  function showReadings(news: Iterable<StationReading>): void {
    for (const [station, own] of byStation(news)) {
      const known = readingsOf(station);
      known.value = withReadings(known.value, own);
    }
  }

  function showAlerts(after: typeof alerts.value): void {
    // At the very first load everything would be new; the list itself tells that.
    const news = loaded.value === 'ready' ? newCritical(alerts.value, after) : [];
    alerts.value = after;
    if (news.length > 0) announcement.value = news.map(announce).join(' ');
  }

  async function loadAll(): Promise<void> {
    clearTimeout(reloadTimer);
    load += 1;
    const own = load;
    loading = true;
    // What this load will ask for is newer than all news so far.
    forgetNews();
    try {
      const [places, latest, openAlerts] = await Promise.all([
        api.stations(),
        api.latest(),
        api.openAlerts(),
      ]);
      if (stopped || own !== load) return;
      loading = false;
      batch(() => {
        stations.value = new Map(places.map((place) => [place.id, place]));
        showReadings(latest);
        showAlerts(new Map(openAlerts.map((alert) => [alert.id, alert])));
        if (loaded.value === 'ready') epoch.value += 1;
        loaded.value = 'ready';
        link.value = open ? 'live' : 'lost';
        heardAt.value = currentTime();
        show();
      });
    } catch (error) {
      if (stopped || own !== load) return;
      loading = false;
      if (error instanceof ApiFault && error.kind === 'unauthorised') return loggedOut();
      link.value = 'lost';
      if (loaded.value === 'first') loaded.value = 'failed';
      // With the stream closed its next attempt loads again.
      if (open) reloadTimer = setTimeout(loadAll, RELOAD_MS);
    }
  }

  const stream = openStream(connect, {
    opened: () => {
      open = true;
      void loadAll();
    },
    lost: () => {
      open = false;
      link.value = 'lost';
      // Tells whether the session has ended, and keeps the screen fed where only the stream is broken.
      void loadAll();
    },
    readings: (news) => {
      for (const reading of news) readings.set(`${reading.station}/${reading.parameter}`, reading);
      heard();
    },
    alert: (alert) => {
      changedAlerts.set(alert.id, alert);
      heard();
    },
    station: (station) => {
      changedStations.set(station.id, station);
      heard();
    },
    heartbeat: () => {
      heardAt.value = currentTime();
    },
  });

  return {
    retry: () => {
      stream.retry();
      if (open && !loading) void loadAll();
    },
    stop: () => {
      stopped = true;
      forgetNews();
      clearTimeout(reloadTimer);
      stream.stop();
    },
  };
}
