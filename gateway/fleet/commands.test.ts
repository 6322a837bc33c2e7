/** The life of a command at the centre, with time in the test's hand. */
import { expect, test } from 'vitest';
import type { Session } from '../../devices/wire/api.ts';
import { type Command, type Orders, TAKE_MS } from '../../devices/wire/fleet.ts';
import { testStation } from '../../test/support/station.ts';
import { createAudit } from '../audit/audit.ts';
import { createCatalog } from '../catalog.ts';
import { openScratchLedger } from '../ledger.ts';
import { type Asked, createEdgeCommands } from './commands.ts';

const EDGE = 'hop-1';
const NONCE = 'BBBBBBBBBBBBBBBBBBBBBB';
const write = (name: string, effect?: object): Orders =>
  ({
    kind: 'write',
    station: 'tram',
    instrument: 'io',
    write: name,
    value: 1,
    ...(effect && { effect }),
  }) as Orders;
const allowed = { values: [0, 1] };

function open() {
  const time = { now: 1_800_000_000_000 };
  const now = () => time.now;
  const ledger = openScratchLedger();
  const catalog = createCatalog(ledger, now);
  const writes = ['pump', 'gate'].map((name) => ({
    name,
    label: name,
    note: name,
    dangerous: name === 'gate',
    allowed,
  }));
  const station = testStation({
    id: 'tram',
    parameters: [{ id: 'water_level', period_s: 10 }],
    instruments: [{ id: 'io', profile: 'bench', writes }],
  });
  catalog.announce(EDGE, { stations: [station] });
  catalog.setEdgeStatus(EDGE, { online: true });
  const sent: Command[] = [];
  const people = new Map<string, Session>(
    ['lan', 'LAN', 'minh'].map((name) => [name, { name, role: 'technician', areas: null }]),
  );
  const begin = () =>
    createEdgeCommands({
      ledger,
      audit: createAudit(ledger, now),
      catalog,
      person: (name) => people.get(name) ?? null,
      now,
      publish: (_topic, payload) => sent.push(JSON.parse(payload) as Command),
    });
  const commands = begin();
  const idOf = (asked: Asked): string => (asked.kind === 'command' ? asked.command.id : asked.detail);
  const ask = (orders: Orders, by = 'lan'): string => idOf(commands.ask(EDGE, orders, 'thử', by, 'session'));
  const take = (id: string) => commands.heard(EDGE, { id, at: 1, state: 'taken', nonce: NONCE });
  const end = (id: string, state: 'done' | 'expired') =>
    commands.heard(EDGE, { id, at: 1, state, reason: null, values: [1] });
  const pass = (ms: number): void => {
    time.now += ms;
    commands.look();
  };
  const state = (id: string) => commands.get(id)?.state;
  return { ledger, catalog, people, sent, begin, commands, ask, take, end, pass, state };
}

test('nothing is sent before the second person, who is another one in every spelling', () => {
  const { commands, sent, ask, state } = open();
  const id = ask(write('gate'));
  for (const by of ['lan', 'LAN', 'token'])
    expect([by, commands.approve(id, by).kind]).toEqual([by, 'forbidden']);
  expect([state(id), sent]).toEqual(['waiting', []]);
  expect(commands.approve(id, 'minh').kind).toBe('command');
  expect(sent).toMatchObject([{ step: 'order', id, by: ['lan', 'minh'] }]);
  expect(commands.approve(id, 'minh').kind).toBe('conflict');
});

test.each<[string, Session | null]>([
  ['is gone', null],
  ['has another role', { name: 'lan', role: 'operator', areas: null }],
  ['does not see the station any more', { name: 'lan', role: 'technician', areas: ['Hòa Vang'] }],
])('the second person cannot approve when the first %s, and can when it is undone', (_what, now) => {
  const { commands, people, sent, ask, state } = open();
  const id = ask(write('gate'));
  const before = people.get('lan') as Session;
  if (now === null) people.delete('lan');
  else people.set('lan', now);
  expect(commands.approve(id, 'minh')).toMatchObject({
    kind: 'forbidden',
    detail: expect.stringContaining('may not do so any more'),
  });
  expect([state(id), sent]).toEqual(['waiting', []]);
  people.set('lan', before);
  expect(commands.approve(id, 'minh').kind).toBe('command');
});

test('a token asks for nothing dangerous, whosever it is', () => {
  const { commands, sent } = open();
  expect(commands.ask(EDGE, write('gate'), 'thử', 'lan', 'token').kind).toBe('forbidden');
  expect(commands.ask(EDGE, write('pump'), 'thử', 'lan', 'token').kind).toBe('command');
  expect(sent).toHaveLength(1);
});

test('an approval that comes after a quarter of an hour sends nothing', () => {
  const { commands, sent, ask, pass, state } = open();
  const id = ask(write('gate'));
  pass(900_000);
  expect([state(id), commands.approve(id, 'minh').kind, sent]).toEqual(['expired', 'conflict', []]);
});

test('an edge that went away meanwhile gets nothing by an approval, and it may be given again when it is back', () => {
  const { commands, catalog, sent, ask, state } = open();
  const id = ask(write('gate'));
  catalog.setEdgeStatus(EDGE, { online: false });
  expect([commands.approve(id, 'minh').kind, state(id), sent]).toEqual(['conflict', 'waiting', []]);
  catalog.setEdgeStatus(EDGE, { online: true });
  expect(commands.approve(id, 'minh').kind).toBe('command');
});

test('what is not taken in time is withdrawn for good', () => {
  const { sent, ask, take, pass, state } = open();
  const id = ask(write('pump'));
  pass(TAKE_MS - 1);
  expect(state(id)).toBe('sent');
  pass(1);
  take(id);
  expect([state(id), sent.length]).toEqual(['expired', 1]);
});

test('a start of the gateway withdraws what was not taken, and goes on waiting for what was', () => {
  const { begin, ask, take, end } = open();
  const sent = ask(write('pump'));
  const taken = ask(write('pump'));
  take(taken);
  const again = begin();
  expect([again.get(sent)?.state, again.get(taken)?.state]).toEqual(['expired', 'taken']);
  expect(end(taken, 'done')).toBeUndefined();
  expect(again.get(taken)).toMatchObject({ state: 'done', values: [1] });
});

test('without a word of how it ended it has failed, and the edge’s own word counts also when it comes late, once', () => {
  const { commands, ask, take, end, pass, state } = open();
  const effect = { parameter: 'water_level', min: 1, max: 2, within_s: 600 };
  const [slow, quick] = [ask(write('pump', effect)), ask(write('pump'))];
  take(slow);
  take(quick);
  pass(300_000);
  // The one has a deadline of its own for its effect.
  expect([state(slow), state(quick)]).toEqual(['taken', 'failed']);
  expect(commands.get(quick)?.outcome).toContain('it may have been done');
  end(quick, 'done');
  expect(end(quick, 'expired')).toContain('is done');
  expect(end(quick, 'done')).toBeUndefined();
  expect(state(quick)).toBe('done');
});

test('what the ledger refuses is not sent', () => {
  const { ledger, sent, ask } = open();
  ledger.db.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  expect(() => ask(write('pump'))).toThrow('disk full');
  expect([sent, ledger.db.prepare('SELECT * FROM edge_command').all()]).toEqual([[], []]);
});

test('ended commands are let go after 400 days, what they read after 30', () => {
  const { commands, ask, take, end, pass } = open();
  const id = ask(write('pump'));
  take(id);
  end(id, 'done');
  pass(31 * 86_400_000);
  commands.prune();
  expect(commands.get(id)).toMatchObject({ state: 'done', values: null });
  pass(370 * 86_400_000);
  commands.prune();
  expect(commands.get(id)).toBeUndefined();
});
