import { expect, test } from 'vitest';
import type { EdgeAnswer } from '../../../../devices/wire/edges.ts';
import { hasTold, isFound, levelOf, problemsOf, worstFirst } from './edge-state.ts';

const edge = (name: string, over: Partial<EdgeAnswer> = {}): EdgeAnswer => ({
  ...{ name, online: true, since: null, at: 1000, uptime_s: 10, versions: null, stations: [] },
  ...{ busy: 0.2, units: 3, failing: 0, outbox_hours: 300, waiting: 0, disk_free_mb: 9000 },
  ...{ memory_free_mb: 200, process_mb: 90, load: 0.4, temperature: 50, clock_trusted: true },
  ...over,
});
const untold = {
  ...{ busy: null, units: null, failing: null, outbox_hours: null, waiting: null, disk_free_mb: null },
  ...{ memory_free_mb: null, process_mb: null, load: null, temperature: null, clock_trusted: null },
} as const;
const kinds = (one: EdgeAnswer): string[] => problemsOf(one).map(({ kind, level }) => `${kind} ${level}`);

test.each([
  [{}, []],
  [{ online: false, disk_free_mb: 1, failing: 3 }, ['away critical']],
  [{ disk_free_mb: 999 }, ['disk warning']],
  [{ disk_free_mb: 199 }, ['disk critical']],
  [{ outbox_hours: 23 }, ['outbox warning']],
  [{ outbox_hours: 5.9 }, ['outbox critical']],
  [{ memory_free_mb: 40, temperature: 76 }, ['memory critical', 'hot warning']],
  [{ temperature: 85, busy: 0.98 }, ['hot critical', 'busy critical']],
  [{ failing: 2, clock_trusted: false }, ['failing warning', 'clock warning']],
  [untold, ['untold notice']],
])('what is wrong of %j', (over, expected) => {
  expect(kinds(edge('hop', over))).toEqual(expected);
});

test('zero is a figure, not nothing told', () => {
  expect(kinds(edge('hop', { ...untold, disk_free_mb: 0 }))).toEqual(['disk critical']);
  expect(hasTold(edge('hop', { ...untold, outbox_hours: 0 }))).toBe(true);
});

test('the worst edge comes first, of those away the one that left first, equal ones by name', () => {
  const all = [
    edge('tot-10'),
    edge('tot-2'),
    edge('chua-bao', untold),
    edge('mot-loi', { failing: 1 }),
    edge('hai-loi', { failing: 1, clock_trusted: false }),
    edge('nong', { temperature: 90 }),
    edge('moi-mat', { online: false, since: 900 }),
    edge('mat-lau', { online: false, since: 100 }),
  ];
  expect(worstFirst(all).map(({ name }) => name)).toEqual([
    ...['mat-lau', 'moi-mat', 'nong', 'hai-loi', 'mot-loi', 'chua-bao', 'tot-2', 'tot-10'],
  ]);
  expect(levelOf(problemsOf(edge('tot')))).toBeNull();
});

test('an edge is found by its name and its stations, without case and diacritics', () => {
  const names = new Map([['cam-le-1', 'Trạm Cẩm Lệ']]);
  const one = edge('hop-Dong', { stations: ['cam-le-1'] });
  const found = (search: string) => isFound(one, search, (id) => names.get(id) ?? id);
  expect(['', ' HOP-dong', 'cam-le', 'cam le', 'CẨM LỆ', 'tram  cẩm'].map(found)).not.toContain(false);
  expect(['hop-tay', 'son tra'].map(found)).not.toContain(true);
});
