/** Each change that people, edges and the gateway make has one entry in the audit log, written with it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { limitSchema } from '../devices/limit.ts';
import { personSchema, planSchema } from '../devices/wire/notify.ts';
import { withActor } from '../gateway/actor.ts';
import { createAudit } from '../gateway/audit/audit.ts';
import { createCatalog, type KnownStation } from '../gateway/catalog.ts';
import { startDelivery } from '../gateway/ioc/delivery.ts';
import { Gone, type Item, Refused } from '../gateway/ioc/destination.ts';
import { type Ledger, openLedger } from '../gateway/ledger.ts';
import { createStationLimits } from '../gateway/limits/limits.ts';
import { capStation, openCapRig } from './support/cap-rig.ts';
import { openNoticesRig } from './support/notices.ts';
import { testStation } from './support/station.ts';

const LAN = { name: 'lan', from: '10.1.2.3' };
const POST = testStation({ id: 'post-1', kind: 'fire', parameters: [{ id: 'smoke', period_s: 10 }] });
const AREA = POST.area.vi;
/** A person decides on what goes to the public. */
const PUBLIC = { scope: 'Public', restriction: undefined };

/** Entries since the last look. */
function follow(ledger: Ledger) {
  const audit = createAudit(ledger, Date.now);
  let after = audit.head().number;
  return () => {
    const { entries } = audit.page({ order: 'oldest', after, limit: 200, areas: null });
    after = audit.head().number;
    return entries;
  };
}
const asLan = <T>(work: () => T): T => withActor(LAN, work);
/** Nothing may be written into the audit log from now on. */
const fill = ({ db }: Ledger) =>
  db.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END");

function openAlerts() {
  const rig = openNoticesRig({ stations: [POST], people: [], plans: [] });
  rig.report({ station: 'post-1', state: 'raised' });
  const [alert] = rig.book.open();
  return { ...rig, id: Number(alert?.id), news: follow(rig.ledger) };
}

test('what a person does with an alert is told once, with what changed and why', () => {
  const { book, id, news, clock } = openAlerts();
  const entry = { who: 'lan', from: '10.1.2.3', what: `alerts/post-1/${id}`, area: AREA };
  const until = clock.now + 3_600_000;

  asLan(() => book.acknowledge(id, 'lan', 'đã gọi kiểm lâm'));
  expect(news()).toMatchObject([
    {
      ...entry,
      action: 'alert.acknowledge',
      before: { state: 'active', acknowledged_by: null, acknowledged_at: null },
      after: { state: 'acknowledged', acknowledged_by: 'lan', acknowledged_at: clock.now },
      reason: 'đã gọi kiểm lâm',
    },
  ]);
  asLan(() => book.note(id, 'lan', 'thấy khói'));
  expect(news()).toMatchObject([
    { ...entry, action: 'alert.note', before: {}, after: {}, reason: 'thấy khói' },
  ]);
  asLan(() => book.shelve(id, 'lan', until, 'đốt có phép'));
  expect(news()).toMatchObject([
    { ...entry, action: 'alert.shelve', before: { shelved: null }, after: { shelved: { until } } },
  ]);
  asLan(() => book.unshelve(id, 'lan', undefined));
  expect(news()).toMatchObject([
    { ...entry, action: 'alert.unshelve', after: { shelved: null }, reason: null },
  ]);
  asLan(() => book.correct(id, 'lan', 'warning', 'khói bếp'));
  expect(news()).toMatchObject([
    { ...entry, action: 'alert.correct', before: { level: 'critical' }, after: { level: 'warning' } },
  ]);
  asLan(() => book.retract(id, 'lan', 'thử'));
  expect(news()).toMatchObject([
    { ...entry, action: 'alert.retract', after: { state: 'cleared' }, reason: 'thử' },
  ]);
  // What cannot be done is not done, and not told.
  expect(asLan(() => book.retract(id, 'lan', 'thử'))).toBe('retracted');
  expect(asLan(() => book.acknowledge(id, 'lan', undefined))).toBe('cleared');
  expect(news()).toEqual([]);
});

test('an alert is not changed when that cannot be told', () => {
  const { book, id, ledger } = openAlerts();
  fill(ledger);
  const before = book.get(id);
  for (const act of [
    () => book.acknowledge(id, 'lan', undefined),
    () => book.shelve(id, 'lan', Date.now() * 2, 'x'),
    () => book.retract(id, 'lan', 'x'),
  ])
    expect(act).toThrow('no room');
  expect(book.get(id)).toEqual(before);
  expect(ledger.db.prepare('SELECT count(*) AS n FROM alert_shelf').get()).toEqual({ n: 0 });
});

test('alarms write no entry by themselves', () => {
  const { report, news, clock } = openAlerts();
  for (let n = 0; n < 200; n++) {
    clock.now += 1000;
    report({ station: 'post-1', state: 'raised', limit: `limit-${n}` });
  }
  expect(news()).toEqual([]);
});

test('out of service is told when it begins, is replaced and ends', () => {
  const { book, ledger, news } = openAlerts();
  const put = (reason: string) =>
    book.outOfService.put({ station: 'post-1', parameter: 'smoke', by: 'lan', reason, until: null });
  const first = asLan(() => put('hiệu chuẩn'));
  const second = asLan(() => put('sửa'));
  asLan(() => book.outOfService.end(Number(second.id), 'lan'));
  expect(news()).toMatchObject([
    {
      who: 'lan',
      action: 'out_of_service.begin',
      what: 'out-of-service/post-1/smoke',
      area: AREA,
      before: null,
    },
    { action: 'out_of_service.begin', before: { id: first.id }, after: { id: second.id }, reason: 'sửa' },
    { action: 'out_of_service.end', before: { ended_by: null }, after: { ended_by: 'lan' } },
  ]);
  fill(ledger);
  expect(() => put('x')).toThrow('no room');
  expect(book.outOfService.list('active', 1e9, 10)).toEqual([]);
});

test('who acknowledges by link or SMS is told as that person, from there', async () => {
  const NUMBER = '+84905123456';
  const rig = openNoticesRig({
    stations: [POST],
    people: [{ id: 'hoa', name: 'Hoa', channels: [{ kind: 'sms', address: NUMBER }] }],
    plans: [{ id: 'all', least_level: 'warning', steps: [{ people: ['hoa'], sirens: [] }] }],
  });
  rig.report({ station: 'post-1', state: 'raised' });
  await rig.wait(5);
  const news = follow(rig.ledger);
  await rig.notices.acknowledging.byLink(rig.taken[0]?.url?.split('/ack/')[1] ?? '');
  expect(news()).toMatchObject([
    { who: 'hoa', from: 'link', action: 'alert.acknowledge', reason: 'by link' },
  ]);
  rig.report({ station: 'post-1', state: 'raised', limit: 'another' });
  await rig.wait(70);
  const number = /OK (\d+)/.exec(rig.taken.at(-1)?.text ?? '')?.[1];
  await rig.notices.answered({ from: NUMBER, text: `OK ${number}` });
  expect(news()).toMatchObject([{ who: 'hoa', from: 'sms', action: 'alert.acknowledge', reason: 'by SMS' }]);
});

test('people, plans and browsers are told without numbers and addresses', () => {
  const { ledger, notices, news } = openAlerts();
  const person = (address: string, user: string) =>
    personSchema.parse({ id: 'hoa', name: 'Hoa', user, channels: [{ kind: 'sms', address }] });
  const plan = planSchema.parse({
    id: 'all',
    least_level: 'warning',
    steps: [{ people: ['hoa'], sirens: [] }],
  });
  const subscription = {
    endpoint: 'https://push.example.vn/secret-address',
    keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) },
  };
  asLan(() => {
    notices.people.put(person('+84905123456', 'hoa'));
    notices.people.subscribe('hoa', subscription);
    notices.people.subscribe('hoa', subscription);
    notices.people.put(person('+84905999888', 'hoa'));
    notices.putPlan(plan);
    notices.putPlan({ ...plan, least_level: 'critical' });
    notices.plans.remove('all');
    notices.people.unsubscribe('hoa', subscription.endpoint);
    notices.people.remove('hoa');
    notices.people.remove('nobody');
  });
  const entries = news();
  expect(entries).toMatchObject([
    { who: 'lan', action: 'person.put', what: 'people/hoa', area: null, before: null },
    { action: 'push.subscribe', what: 'people/hoa/push', after: { endpoint: '(hidden, changed)' } },
    {
      action: 'person.put',
      before: { channels: [{ kind: 'sms', address: '(hidden, changed)' }] },
      after: { channels: [{ kind: 'sms', address: '(hidden, changed)' }] },
    },
    { action: 'plan.put', what: 'plans/all', before: null },
    { action: 'plan.put', before: { least_level: 'warning' }, after: { least_level: 'critical' } },
    { action: 'plan.remove', after: null },
    { action: 'push.unsubscribe' },
    { action: 'person.remove', before: { name: 'Hoa' }, after: null },
  ]);
  const kept = JSON.stringify(ledger.db.prepare('SELECT * FROM audit').all());
  for (const secret of ['905123456', '905999888', 'push.example.vn', 'BBBB', 'aaaa'])
    expect(kept).not.toContain(secret);

  fill(ledger);
  expect(() => notices.people.put(person('+84905123456', 'hoa'))).toThrow('no room');
  expect(() => notices.putPlan(plan)).toThrow('no room');
  expect([notices.people.get('hoa'), notices.plans.get('all')]).toEqual([null, null]);
});

test('limits that are set are told by what differs, and not set when that cannot be told', () => {
  const { ledger, catalog, book, news, clock } = openAlerts();
  const limits = createStationLimits({
    ledger,
    catalog,
    alerts: book,
    now: () => clock.now,
    publish: () => {},
  });
  const limit = (name: string, raise: number) =>
    limitSchema.parse({ name, parameter: 'smoke', kind: 'high', raise, level: 'warning' });
  const station = catalog.get('post-1') as KnownStation;
  const set = (basedOn: number, ...wanted: ReturnType<typeof limit>[]) =>
    asLan(() => limits.change(station, { basedOn, by: 'lan', reason: 'mùa khô', limits: wanted }));
  set(0, limit('low', 1), limit('high', 2));
  set(1, limit('low', 1), limit('high', 3));
  expect(set(1)).toBe('outdated');
  const entry = { who: 'lan', action: 'limits.set', what: 'limits/post-1', area: AREA, reason: 'mùa khô' };
  expect(news()).toMatchObject([
    {
      ...entry,
      before: { version: 0, 'smoke/high': null },
      after: { version: 1, 'smoke/high': { raise: 2 } },
    },
    { ...entry, before: { version: 1, 'smoke/high': { raise: 2 } }, after: { version: 2 } },
  ]);
  fill(ledger);
  expect(() => set(2)).toThrow('no room');
  expect(limits.inForce(station).version).toBe(2);
  expect(limits.versions(station, 100, 10)).toHaveLength(3);
});

test('what an edge changes at its stations is told as done by the edge, and repeats are not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-audit-'));
  const ledger = openLedger(folder);
  const news = follow(ledger);
  const clock = { now: 1_000_000 };
  const open = () => createCatalog(ledger, () => clock.now);
  const moved = { ...POST, latitude: 16.5, area: { vi: 'Hải Châu', en: 'Hai Chau' } };
  const limited = {
    ...moved,
    limits: [limitSchema.parse({ name: 'a', parameter: 'smoke', kind: 'high', raise: 1, level: 'warning' })],
  };
  const entry = { who: 'edge-a', from: 'edge', what: 'stations/post-1' };
  open().announce('edge-a', { stations: [POST] });
  expect(news()).toMatchObject([
    { ...entry, action: 'station.new', area: AREA, before: null, after: { id: 'post-1' } },
  ]);
  const catalog = open();
  catalog.announce('edge-a', { stations: [POST] });
  expect(news()).toEqual([]);
  catalog.announce('edge-a', { stations: [moved] });
  expect(news()).toMatchObject([
    {
      ...entry,
      action: 'station.change',
      area: 'Hải Châu',
      before: { latitude: POST.latitude, area: POST.area },
      after: { latitude: 16.5, area: { vi: 'Hải Châu' } },
    },
  ]);
  catalog.announce('edge-a', { stations: [limited] });
  expect(news()).toMatchObject([
    { ...entry, before: { 'limit smoke/a': null }, after: { 'limit smoke/a': { raise: 1 } } },
  ]);
  catalog.announce('edge-a', { stations: [] });
  expect(news()).toMatchObject([{ ...entry, action: 'station.gone', after: null }]);

  // Only how often counts here.
  ledger.db.exec('PRAGMA synchronous=OFF');
  // One that swings for ever does not fill what is kept for ever.
  for (let n = 0; n < 1200; n++)
    catalog.announce('edge-b', { stations: n % 2 ? [] : [{ ...POST, id: 'post-2' }] });
  const count = () =>
    ledger.db
      .prepare("SELECT count(*) AS n, max(action = 'station.untold') AS told FROM audit WHERE who = 'edge-b'")
      .get();
  expect(count()).toEqual({ n: 1001, told: 1 });
  clock.now += 3_600_000;
  catalog.announce('edge-b', { stations: [POST] });
  expect(count()).toMatchObject({ n: 1002 });
  ledger.close();
});

test('a destination that stops, goes on, and its dead letters are told', async () => {
  const ledger = openLedger(mkdtempSync(join(tmpdir(), 'quantrac-audit-')));
  const news = follow(ledger);
  const items: Item[] = [{ number: 1 }, { number: 2 }, { number: 3 }];
  let meet = (number: number): void => {
    if (number < 3) throw new Refused('not like this');
    throw new Gone('wants no more');
  };
  const delivery = startDelivery({
    ledger,
    destinations: [
      {
        id: 'ioc',
        type: 'test',
        open: {
          source: {
            after: (number, limit) => items.slice(number, number + limit),
            newest: () => items.length,
            added: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
          },
          wants: () => true,
          send: async ({ number }) => meet(number),
          test: async () => '',
          close: async () => {},
        },
      },
    ],
    log: pino({ level: 'silent' }),
    now: Date.now,
    random: () => 0,
  });
  onTestFinished(async () => {
    await delivery.stop();
    ledger.close();
  });
  const loop = delivery.get('ioc');
  await vi.waitFor(() => expect(loop?.state().status).toBe('stopped'), { timeout: 10_000, interval: 10 });
  expect(news()).toMatchObject([
    {
      who: 'gateway',
      action: 'destination.stop',
      what: 'destinations/ioc',
      before: { stopped: null },
      after: { stopped: { reason: 'wants no more' } },
    },
  ]);
  meet = (number) => {
    if (number === 1) throw new Refused('still not');
  };
  asLan(() => loop?.resume());
  await asLan(async () => loop?.resend(1));
  await asLan(async () => loop?.resend(2));
  asLan(() => loop?.discard(1));
  expect(loop?.discard(1)).toBe(false);
  expect(news()).toMatchObject([
    {
      who: 'lan',
      action: 'destination.resume',
      before: { stopped: { reason: 'wants no more' } },
      after: { stopped: null },
    },
    {
      who: 'lan',
      action: 'dead_letter.resend',
      what: 'destinations/ioc/1',
      after: { delivered: false },
      reason: 'still not',
    },
    { action: 'dead_letter.resend', what: 'destinations/ioc/2', after: { delivered: true } },
    { action: 'dead_letter.discard', what: 'destinations/ioc/1', before: { number: 1 } },
  ]);
});

test('what a person decides on a CAP message is told with the area it is about', async () => {
  const rig = openCapRig({
    stations: [capStation('post', 'fire')],
    settings: PUBLIC,
  });
  rig.raise('post');
  rig.wait(60);
  const news = follow(rig.ledger);
  const pending = () => rig.cap.list('pending', 1e9, 10).at(-1)?.draft;
  const draft = pending();
  expect(draft).toBeDefined();
  await asLan(() => rig.cap.refuse(draft?.number ?? 0, 'lan', 'đốt rẫy'));
  expect(await asLan(() => rig.cap.refuse(draft?.number ?? 0, 'lan', 'x'))).toBe('decided');
  expect(news()).toMatchObject([
    {
      who: 'lan',
      action: 'cap.refuse',
      what: `cap/drafts/${draft?.number}`,
      area: 'Sơn Trà',
      before: { state: 'pending' },
      after: { state: 'refused' },
      reason: 'đốt rẫy',
    },
  ]);
  const other = openCapRig({ stations: [capStation('post', 'fire')], settings: PUBLIC });
  other.raise('post');
  other.wait(60);
  const more = follow(other.ledger);
  const number = other.cap.list('pending', 1e9, 10)[0]?.draft.number ?? 0;
  await asLan(() => other.cap.approve(number, 'lan', null));
  const chain = other.cap.get(number)?.draft.chain ?? 0;
  await asLan(() => other.cap.confirm(chain, 'lan', 'thấy qua camera'));
  expect(more()).toMatchObject([
    { action: 'cap.approve', after: { state: 'published', message: expect.stringContaining('vn.48.qt') } },
    { action: 'cap.confirm', what: `cap/chains/${chain}`, area: 'Sơn Trà', reason: 'thấy qua camera' },
  ]);
});
