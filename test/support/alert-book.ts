/** The book of alerts with all that decides around it, a clock that the test turns, and a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Alarm, InventoryStation } from '../../devices/wire/messages.ts';
import { createAlertBook } from '../../gateway/alerts/book.ts';
import { createFlowsHeard } from '../../gateway/alerts/flows-heard.ts';
import { alertSettingsSchema } from '../../gateway/alerts/settings.ts';
import { createSilence } from '../../gateway/alerts/silence.ts';
import { createCatalog } from '../../gateway/catalog.ts';
import { createFeed } from '../../gateway/ioc/feed.ts';
import { openLedger } from '../../gateway/ledger.ts';
import { createLiveReadings } from '../../gateway/live.ts';
import { watchOnce } from '../../gateway/watch.ts';

export interface BookRig {
  readonly settings?: object;
  readonly stations: readonly InventoryStation[];
  readonly folder?: string;
  readonly at?: number;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-alerts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function openBookRig(rig: BookRig) {
  const folder = rig.folder ?? newFolder();
  const clock = { now: rig.at ?? Date.UTC(2026, 3, 1, 5) };
  const now = () => clock.now;
  const ledger = openLedger(folder);
  const catalog = createCatalog(ledger, now);
  const live = createLiveReadings();
  const flows = createFlowsHeard(ledger, now);
  const settings = alertSettingsSchema.parse(rig.settings ?? {});
  const silence = createSilence({ catalog, live, flows, settings, now });
  const feed = createFeed(ledger, now);
  const book = createAlertBook({ ledger, catalog, feed, now, settings, silence, onChange: () => {} });
  catalog.announce('edge-a', { stations: [...rig.stations] });
  const edge = (online: boolean) => catalog.setEdgeStatus('edge-a', { online });
  edge(true);
  /** Good readings of all points of these stations. */
  const feedLive = (...stations: readonly string[]) =>
    live.update(
      catalog
        .all()
        .filter(({ id }) => stations.includes(id))
        .flatMap(({ id, parameters }) =>
          parameters.map((parameter) => ({
            station: id,
            parameter: parameter.id,
            at: now(),
            receivedAt: now(),
            value: 1,
            flag: 1 as const,
            reason: null,
          })),
        ),
    );
  const watch = () => watchOnce({ alerts: book, catalog, live, silence, now });
  return {
    book,
    clock,
    catalog,
    flows,
    edge,
    feedLive,
    watch,
    /** Looks every five seconds, as the gateway does. */
    pass(seconds: number, meanwhile: () => void = () => {}) {
      for (let passed = 0; passed < seconds; passed += 5) {
        clock.now += 5000;
        meanwhile();
        watch();
      }
    },
    report: (fields: Partial<Alarm> & Pick<Alarm, 'station' | 'state'>, reporter = 'edge-a') =>
      book.report(
        {
          parameter: 'smoke',
          limit: 'fire-smoke',
          level: 'critical',
          at: clock.now,
          value: fields.state === 'raised' ? 1 : 0,
          threshold: 1,
          ...fields,
        },
        reporter,
      ),
    /** What went into the feed: kind and key. */
    told: () =>
      feed
        .after(0, 1000)
        .flatMap((record) => ('alert' in record ? `${record.kind.slice(6)} ${record.alert.key}` : [])),
    kinds: (id: number) => book.transitions(id, 0, 500)?.map(({ kind }) => kind),
    restart() {
      ledger.close();
      return openBookRig({ ...rig, folder, at: clock.now });
    },
  };
}
