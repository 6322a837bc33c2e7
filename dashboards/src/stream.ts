/** The gateway's stream of server-sent events, kept open: it reconnects by itself, with growing pauses. */
import type { AlertAnswer, StationAnswer } from '../../devices/wire/api.ts';
import type { StationReading } from './merge.ts';

export interface StreamHandlers {
  /** Connected, at first or again: what came before it is unknown and must be asked for. */
  opened(): void;
  lost(): void;
  readings(batch: readonly StationReading[]): void;
  alert(alert: AlertAnswer): void;
  station(station: StationAnswer): void;
  /** Nothing is new, and the line is alive. */
  heartbeat(): void;
}

export interface Stream {
  /** Does not wait for the pause to end. */
  retry(): void;
  stop(): void;
}

/** What we use of EventSource. */
export interface Source {
  onopen: (() => void) | null;
  onerror: (() => void) | null;
  addEventListener(type: string, listener: (event: { readonly data: string }) => void): void;
  close(): void;
}

const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000] as const;
/** The gateway's heartbeat comes every 10 s: a line that says nothing for longer than two of them is dead. */
const SILENCE_MS = 25_000;
/** An attempt that neither opens nor fails would be waited for without end. */
const OPEN_MS = 10_000;

export function openStream(connect: () => Source, handlers: StreamHandlers): Stream {
  let source: Source | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;

  const after = (ms: number, work: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
  const heard = (): void => after(SILENCE_MS, fail);

  function open(): void {
    if (stopped) return;
    source?.close();
    const own = connect();
    source = own;
    after(OPEN_MS, fail);
    own.onopen = () => {
      if (own !== source) return;
      failures = 0;
      heard();
      handlers.opened();
    };
    // EventSource would try again by itself, but not after an HTTP error, and not with growing pauses.
    own.onerror = () => {
      if (own === source) fail();
    };
    listen(own, 'reading', handlers.readings);
    listen(own, 'alert', handlers.alert);
    listen(own, 'station', handlers.station);
    listen(own, 'heartbeat', handlers.heartbeat);
  }

  function listen<T>(own: Source, type: string, handle: (data: T) => void): void {
    own.addEventListener(type, ({ data }) => {
      if (own !== source) return;
      heard();
      handle(JSON.parse(data) as T);
    });
  }

  function fail(): void {
    source?.close();
    source = null;
    if (stopped) return;
    handlers.lost();
    const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 15_000;
    failures += 1;
    after(pause, open);
  }

  open();
  return {
    retry: () => {
      if (source === null) open();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      source?.close();
      source = null;
    },
  };
}
