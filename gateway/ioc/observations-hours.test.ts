/** What is kept of told and late hours: who is known stays where it is, and a mark is neither lost nor doubled. */
import { expect, onTestFinished, test } from 'vitest';
import { openScratchLedger } from '../ledger.ts';
import { createToldHours } from './observations-hours.ts';

const HOUR = 3_600_000;

function open() {
  const ledger = openScratchLedger();
  onTestFinished(() => ledger.close());
  return createToldHours(ledger);
}

test('a station begins once: an inventory that comes again changes nothing', () => {
  const told = open();
  told.begin(['one', 'two'], 5 * HOUR);
  told.setUntil('one', 7 * HOUR);
  told.begin(['one', 'two', 'three'], 9 * HOUR);
  expect(['one', 'two', 'three', 'none'].map(told.until)).toEqual([7 * HOUR, 5 * HOUR, 9 * HOUR, undefined]);
  expect(told.next(8 * HOUR)).toEqual([
    { station: 'two', hour: 5 * HOUR },
    { station: 'one', hour: 7 * HOUR },
  ]);
});

test('a mark that waits keeps its time; one that was due gets a new one, which outlives the look under way', () => {
  const told = open();
  const one = { station: 'one', hour: 0 };
  told.mark([{ ...one, due: 100 }], 50);
  told.mark([{ ...one, due: 140 }], 90);
  expect(told.dueMark(99)).toBeNull();
  const due = { ...one, due: 100 };
  expect(told.dueMark(100)).toEqual(due);
  told.mark([{ ...one, due: 160 }], 110);
  told.done(due);
  told.postpone(due, 500);
  expect(told.dueMark(200)).toEqual({ ...one, due: 160 });
  told.postpone({ ...one, due: 160 }, 300);
  told.mark([{ station: 'two', hour: 0, due: 250 }], 200);
  expect(told.dueMark(400)?.station).toBe('two');
  told.done({ ...one, due: 300 });
  told.done({ station: 'two', hour: 0, due: 250 });
  expect(told.dueMark(1000)).toBeNull();
});
