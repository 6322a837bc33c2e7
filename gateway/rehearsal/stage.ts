/**
 * A stage: the alert book as it runs in the gateway, on a ledger of its own and with a clock that is told the time. What one
 * says to it comes out as it would have: merged, flapping, latched, unverified, late.
 */
import type { AlertAnswer } from '../../devices/wire/api.ts';
import type { AlertEntry } from '../../devices/wire/feed.ts';
import type { InventoryStation } from '../../devices/wire/messages.ts';
import { type AlertBook, createAlertBook } from '../alerts/book.ts';
import type { AlertSettings } from '../alerts/settings.ts';
import { createSilence } from '../alerts/silence.ts';
import { createCatalog, type KnownStation } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import { createLiveReadings } from '../live.ts';
import type { StoredReading } from '../store/store.ts';
import { watchOnce } from '../watch.ts';
import type { Rule, Told } from './rule.ts';

/** What an edge sends later than this goes as backlog. */
const LIVE_WITHIN_MS = 60_000;

export interface StageParts {
  readonly ledger: Ledger;
  readonly stations: readonly KnownStation[];
  readonly rule: Rule;
  readonly settings: AlertSettings;
  /** Epoch ms at which it begins. */
  readonly from: number;
  /** How often alerts are looked at and silence is timed, ms. */
  readonly lookMs: number;
  /** What came before, of which the newest readings are known. */
  readonly earlier?: readonly StoredReading[];
  /** After each change of an alert. */
  onChange(alert: AlertAnswer, at: number): void;
  /** What would have gone to the operations centre. */
  onTold(kind: AlertEntry['kind'], alert: AlertAnswer, at: number): void;
}

export interface Stage {
  readonly book: AlertBook;
  /** A reading arrives: the time is then. Give them in the order of arrival. */
  take(reading: StoredReading): void;
  /** The time goes on to this, epoch ms. */
  pass(to: number): void;
}

export function createStage({ ledger, stations, rule, settings, from, lookMs, ...parts }: StageParts): Stage {
  let time = from;
  const now = (): number => time;
  const catalog = createCatalog(ledger, now);
  for (const [edge, own] of Map.groupBy(stations, (station) => station.edge))
    catalog.announce(edge, { stations: own.map(announced) });
  const live = createLiveReadings();
  live.update(parts.earlier ?? []);
  const silence = createSilence({ catalog, live, flows: { last: () => null }, settings, now });
  const standing = new Set<string>();
  const book = createAlertBook({
    ledger,
    catalog,
    feed: {
      append(entry) {
        if ('alert' in entry) parts.onTold(entry.kind, entry.alert, time);
      },
    },
    now,
    settings,
    silence,
    onChange(alert) {
      if (alert.state === 'cleared') standing.delete(alert.id);
      else standing.add(alert.id);
      parts.onChange(alert, time);
    },
  });
  for (const { id } of book.standing()) standing.add(id);

  const report = (told: readonly Told[]): void => {
    for (const { alarm, reporter } of told) book.report(alarm, reporter);
  };
  /** Where nothing stands, only a silence can be found, and that takes minutes. */
  const calmLookMs = 5 * lookMs;
  let lookedAt = from;

  const pass = (to: number): void => {
    for (;;) {
      const look = lookedAt + (standing.size > 0 ? lookMs : calmLookMs);
      const tick = rule.ticks ? time - (time % lookMs) + lookMs : look;
      // When something stands anew the next look may be due since long.
      const next = Math.max(time, Math.min(look, tick));
      if (next > to) break;
      time = next;
      if (rule.ticks && tick === next) report(rule.tick(time));
      if (look > next) continue;
      lookedAt = time;
      watchOnce({ alerts: book, catalog, live, silence, now });
    }
    time = Math.max(time, to);
  };

  return {
    book,
    take(reading) {
      pass(reading.receivedAt);
      const isLive = reading.receivedAt - reading.at <= LIVE_WITHIN_MS;
      report(rule.step(reading, isLive));
      if (isLive) live.update([reading]);
    },
    pass,
  };
}

const announced = ({ edge: _edge, parameterIds: _ids, ...station }: KnownStation): InventoryStation =>
  station;
