/** The book of alerts with what tells people of it, over channels in memory, a clock that the test turns, and a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createLogger } from '../../devices/kit/log.ts';
import type { Alarm, InventoryStation, SirenCall } from '../../devices/wire/messages.ts';
import { personSchema, planSchema } from '../../devices/wire/notify.ts';
import { createAlertBook } from '../../gateway/alerts/book.ts';
import { alertSettingsSchema } from '../../gateway/alerts/settings.ts';
import { createCatalog } from '../../gateway/catalog.ts';
import { createFeed } from '../../gateway/ioc/feed.ts';
import { openLedger } from '../../gateway/ledger.ts';
import type { Channel, Message } from '../../gateway/notify/channel.ts';
import { createNotices } from '../../gateway/notify/notices.ts';
import { createSirens } from '../../gateway/notify/sirens/sirens.ts';

/** What a channel has taken. */
export interface Taken extends Message {
  readonly to: string;
  readonly kind: string;
}

/** Keeps what it takes; does what `fails` says with each try. */
export function memoryChannel(kind: string, taken: Taken[], fails: () => Error | null = () => null): Channel {
  return {
    async send(to, message) {
      const error = fails();
      if (error !== null) throw error;
      taken.push({ ...message, to, kind });
    },
    async close() {},
  };
}

export interface NoticesRig {
  readonly stations: readonly InventoryStation[];
  readonly people: readonly object[];
  readonly plans: readonly object[];
  readonly folder?: string;
  readonly at?: number;
  readonly channels?: (taken: Taken[]) => ReadonlyMap<string, Channel>;
  readonly settings?: object;
}

export function openNoticesRig(rig: NoticesRig) {
  const folder = rig.folder ?? mkdtempSync(join(tmpdir(), 'quantrac-notices-'));
  if (rig.folder === undefined) onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // A Wednesday, 10:00 in Viet Nam.
  const clock = { now: rig.at ?? Date.UTC(2026, 3, 1, 3) };
  const now = () => clock.now;
  const ledger = openLedger(folder);
  const catalog = createCatalog(ledger, now);
  const feed = createFeed(ledger, now);
  const settings = alertSettingsSchema.parse({});
  const book = createAlertBook({ ledger, catalog, feed, now, settings, onChange: () => {} });
  catalog.announce('edge-a', { stations: [...rig.stations] });
  const taken: Taken[] = [];
  const called: { readonly station: string; readonly call: SirenCall }[] = [];
  const sirens = createSirens({
    ledger,
    catalog,
    now,
    log: createLogger('siren', 'silent'),
    publish: (station, call) => called.push({ station, call }),
  });
  const notices = createNotices({
    ledger,
    feed,
    alerts: book,
    catalog,
    settings: {
      public_url: 'https://quantrac.example.vn',
      map_link: 'geo:{latitude},{longitude}',
      min_gap_s: 60,
      retry_s: 120,
      link_s: 86_400,
      ...rig.settings,
    },
    sirens,
    channels: rig.channels?.(taken) ?? new Map([['sms', memoryChannel('sms', taken)]]),
    now,
    log: createLogger('notify', 'silent'),
  });
  if (rig.folder === undefined) {
    for (const person of rig.people) notices.people.put(personSchema.parse(person));
    for (const plan of rig.plans) notices.putPlan(planSchema.parse(plan));
  }
  notices.recover();
  const waiting = ledger.db.prepare(
    `SELECT (SELECT count(*) FROM notice_message WHERE state = 'sending' OR (state = 'waiting' AND due_at <= ?))
     + (SELECT count(*) FROM notice_timeline) AS count`,
  );
  const run = async (): Promise<void> => {
    while (notices.follow());
    while (notices.pass());
    notices.pump();
    while (Number(waiting.get(clock.now)?.count) > 0) {
      await nextTurn();
      notices.pump();
    }
  };
  return {
    folder,
    book,
    clock,
    ledger,
    feed,
    notices,
    catalog,
    sirens,
    /** What edges were told of their sirens. */
    called,
    taken,
    run,
    /** Lets time pass, looking every second as the gateway does. */
    async wait(seconds: number): Promise<void> {
      for (let passed = 0; passed < seconds; passed++) {
        clock.now += 1000;
        book.pass();
        await run();
      }
    },
    report: (fields: Partial<Alarm> & Pick<Alarm, 'station' | 'state'>) =>
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
        'edge-a',
      ),
    /** `told` and `not told` of an alert. */
    timeline: (id: number) =>
      (book.transitions(id, 0, 500) ?? [])
        .filter(({ kind }) => kind.endsWith('told'))
        .map(({ kind, reason }) => `${kind} ${reason}`),
    restart() {
      ledger.close();
      return openNoticesRig({ ...rig, folder, at: clock.now });
    },
  };
}
