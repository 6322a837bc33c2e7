/** The book of alerts with the CAP messages that follow its feed, a clock that the test turns, and a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Alarm, InventoryStation } from '../../devices/wire/messages.ts';
import type { StationKind } from '../../devices/word.ts';
import { createAlertBook } from '../../gateway/alerts/book.ts';
import { createCatalog } from '../../gateway/catalog.ts';
import { createCapBook } from '../../gateway/ioc/cap/book.ts';
import { type Element, readCap, textOf, textsOf } from '../../gateway/ioc/cap/document.ts';
import { type CapSettings, capSettingsSchema } from '../../gateway/ioc/cap/settings.ts';
import { createFeed } from '../../gateway/ioc/feed.ts';
import { openLedger } from '../../gateway/ledger.ts';

export const CAP_SETTINGS = {
  sender: 'ioc@example.gov.vn',
  sender_name: { vi: 'Trung tâm Điều hành (mẫu)', en: 'Operations Centre (sample)' },
  province: '48',
  system: 'qt',
  scope: 'Restricted',
  restriction: 'Cơ quan được phân công trực',
  web: 'https://example.gov.vn/canh-bao',
  contact: 'Văn phòng trực ban',
  radius_km: 2.5,
  expires_s: 86_400,
} as const;

export const KEEP_DAYS = 30;

/** A station of the kind, some 200 m from the one with the number before. */
export const capStation = (
  id: string,
  kind: StationKind,
  number = 0,
  more: Partial<InventoryStation> = {},
): InventoryStation => ({
  id,
  kind,
  name: { vi: `Trạm ${id}`, en: `Station ${id}` },
  area: { vi: 'Sơn Trà', en: 'Son Tra' },
  latitude: 16.1 + number * 0.002,
  longitude: 108.25,
  parameters: [{ id: 'air_temperature', period_s: 60 }],
  ...more,
});

export interface CapRigParts {
  readonly stations: readonly InventoryStation[];
  readonly settings?: Partial<Record<keyof CapSettings, unknown>>;
  readonly folder?: string;
  readonly at?: number;
  /** From one alarm to the next; when absent so long that each has its message. */
  readonly stepMs?: number;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-cap-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What tests ask of a message, with what it refers to by the serials of their identifiers. */
export function shortOf(xml: string) {
  const alert = readCap(xml);
  const info: Element | undefined = alert.children.find(({ name }) => name === 'info');
  const of = (name: string) => (info ? textOf(info, name) : undefined);
  return {
    serial: Number(textOf(alert, 'identifier')?.slice(-6)),
    status: textOf(alert, 'status'),
    type: textOf(alert, 'msgType'),
    references: (textOf(alert, 'references') ?? '')
      .split(' ')
      .filter(Boolean)
      .map((reference) => Number(reference.split(',')[1]?.slice(-6))),
    severity: of('severity'),
    response: info ? textsOf(info, 'responseType') : [],
    event: of('event'),
    areas: info?.children.filter(({ name }) => name === 'area').length ?? 0,
  };
}

export function openCapRig(parts: CapRigParts) {
  const folder = parts.folder ?? newFolder();
  const clock = { now: parts.at ?? Date.UTC(2026, 3, 1, 5) };
  const now = () => clock.now;
  const ledger = openLedger(folder);
  // A restart here is of the rig, not of the machine: nothing has to reach the disk.
  ledger.db.exec('PRAGMA synchronous=OFF');
  const catalog = createCatalog(ledger, now);
  const feed = createFeed(ledger, now);
  const alerts = createAlertBook({ ledger, catalog, feed, now, onChange: () => {} });
  const announce = (stations: readonly InventoryStation[]) =>
    catalog.announce('edge-a', { stations: [...stations] });
  announce(parts.stations);
  const settings = capSettingsSchema.parse({ ...CAP_SETTINGS, ...parts.settings });
  const faults: string[] = [];
  const cap = createCapBook({
    ledger,
    feed,
    catalog,
    settings,
    now,
    keepDays: KEEP_DAYS,
    standing: alerts.standing,
    onFault: (_draft, found) => faults.push(...found),
  });
  const follow = (): void => {
    while (cap.follow());
  };
  follow();
  const alarm = (state: Alarm['state'], station: string, fields: Partial<Alarm>): void => {
    clock.now += parts.stepMs ?? 15_000;
    alerts.report(
      {
        station,
        parameter: 'smoke',
        limit: 'fire-smoke',
        level: 'critical',
        value: 1,
        threshold: 1,
        at: clock.now,
        state,
        ...fields,
      },
      'edge-a',
    );
    follow();
  };
  return {
    ledger,
    feed,
    alerts,
    cap,
    follow,
    settings,
    clock,
    announce,
    faults,
    raise: (station: string, fields: Partial<Alarm> = {}) => alarm('raised', station, fields),
    clear: (station: string, fields: Partial<Alarm> = {}) =>
      alarm('cleared', station, { value: 0, ...fields }),
    /** Id of the newest alert of a station. */
    alertOf: (station: string) => Number(alerts.list({ state: 'all', station, limit: 1 })[0]?.id),
    messages: () => cap.after(0, 1000),
    told: () => cap.after(0, 1000).map(({ xml }) => shortOf(xml)),
    /** The clock moves on, and the book looks at the time as often as it likes. */
    wait(seconds: number) {
      clock.now += seconds * 1000;
      for (let look = 0; look < 2; look++) while (cap.pass());
    },
    restart(more: Partial<CapRigParts> = {}) {
      ledger.close();
      return openCapRig({ ...parts, folder, at: clock.now, ...more });
    },
  };
}
