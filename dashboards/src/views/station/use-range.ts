/** The series of a chart over the time that is looked at: fetched as fine as it can be seen, finer when one zooms in, continued live. */
import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { grow, type RangeSeries } from '../../chart/range-data.ts';
import { fineness, type Held, spanOfView, suffices, type View, withMargin } from '../../chart/view.ts';
import { currentTime, now } from '../../clock.ts';
import { choose, type Query } from '../../route.ts';
import type { Gap } from '../../series.ts';
import { readingsOf } from '../../state.ts';
import { type Asked, useAnswer } from '../../use-answer.ts';
import type { Parameter } from './calls.ts';
import { beginningOf, loadLate, loadRange } from './load-range.ts';
import { queryOf, viewOf, type Wanted, wantedOf } from './range-query.ts';

/** So long a movement rests before more is fetched and the address is written. */
const REST_MS = 180;

export interface Range {
  readonly wanted: Wanted;
  readonly view: ReadonlySignal<View>;
  /** One for each parameter, of what was fetched last; null while nothing was. */
  readonly series: ReadonlySignal<readonly RangeSeries[] | null>;
  readonly late: ReadonlySignal<readonly (readonly Gap[])[]>;
  /** Finer or other data is on its way. */
  readonly asked: Asked<readonly RangeSeries[]>;
  readonly move: (view: View) => void;
}

interface Need extends View {
  readonly every: readonly (number | null)[];
}

export function useRange(
  station: string,
  parameters: readonly Parameter[],
  query: Query,
  width: number,
): Range {
  const wanted = wantedOf(query);
  const ids = parameters.map(({ id }) => id);
  const [main] = ids;
  const beginning = useAnswer(
    async (signal) =>
      wanted.kind === 'all' && main !== undefined ? beginningOf(station, main, currentTime(), signal) : null,
    [station, main, wanted.kind === 'all'],
  );
  const first = beginning.answer.value.kind === 'ready' ? beginning.answer.value.value : null;
  const waits = wanted.kind === 'all' && beginning.answer.value.kind === 'loading';

  /** Where a hand has moved it to; null: what the address says. */
  const moved = useSignal<View | null>(null);
  const settled = JSON.stringify([wanted, first]);
  const said = useSignal(settled);
  useEffect(() => {
    said.value = settled;
    moved.value = null;
  }, [settled]);
  const view = useComputed(() => {
    const [now_wanted, now_first] = JSON.parse(said.value) as [Wanted, number | null];
    return moved.value ?? viewOf(now_wanted, now_first, ticking(now_wanted));
  });

  const need = useSignal<Need | null>(null);
  const held = useSignal<readonly RangeSeries[] | null>(null);
  const key = `${station} ${ids.join(' ')}`;
  const heldKey = useRef(key);
  if (heldKey.current !== key) {
    heldKey.current = key;
    held.value = null;
    need.value = null;
  }

  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const look = (): void => {
    const at = view.peek();
    const every = parameters.map(({ period_s }) => fineness(spanOfView(at), period_s, width));
    const time = currentTime();
    const enough = (index: number): boolean => {
      const series = held.peek()?.[index] ?? null;
      return suffices(series satisfies Held | null, at, every[index] ?? null, time);
    };
    if (width === 0 || waits || parameters.every((_, index) => enough(index))) return;
    need.value = { ...withMargin(at, time), every };
  };
  useEffect(look, [settled, key, width, waits]);
  useEffect(() => () => clearTimeout(rest.current), []);

  const wantedNow = need.value;
  const asked = useAnswer<readonly RangeSeries[]>(
    async (signal) => {
      if (wantedNow === null) return [];
      // Asked anew after a loss of the link, it is about what has come since, too.
      const to = wanted.kind === 'fixed' ? wantedNow.to : Math.max(wantedNow.to, Math.ceil(currentTime()));
      return Promise.all(
        parameters.map((parameter, index) =>
          loadRange({ ...wantedNow, to, station, parameter, everyS: wantedNow.every[index] ?? null }, signal),
        ),
      );
    },
    [key, wantedNow],
  );
  const late = useAnswer<readonly (readonly Gap[])[]>(
    async (signal) =>
      wantedNow === null
        ? []
        : Promise.all(
            parameters.map((parameter) =>
              loadLate({ ...wantedNow, station, parameter, everyS: null }, signal),
            ),
          ),
    [key, wantedNow],
  );
  useSignalEffect(() => {
    const answer = asked.answer.value;
    if (answer.kind === 'ready' && answer.value.length === parameters.length) held.value = answer.value;
  });

  useSignalEffect(() => {
    const readings = readingsOf(station).value;
    const before = held.peek();
    // What is looked at is over: nothing can be added to it.
    if (before === null || view.peek().to < currentTime() - 60_000) return;
    const after = before.map((series, index) => {
      const parameter = parameters[index];
      const reading = parameter && readings.get(parameter.id);
      return parameter && reading ? grow(series, reading, parameter.period_s) : series;
    });
    if (after.some((series, index) => series !== before[index])) held.value = after;
  });

  return {
    wanted,
    view,
    series: held,
    late: useComputed(() => (late.answer.value.kind === 'ready' ? late.answer.value.value : [])),
    asked,
    move(next) {
      moved.value = next;
      clearTimeout(rest.current);
      rest.current = setTimeout(() => {
        choose(queryOf(next, currentTime()));
        look();
      }, REST_MS);
    },
  };
}

/** What follows time is moved on by it, twice a minute: less is not seen. */
function ticking(wanted: Wanted): number {
  if (wanted.kind === 'fixed') return 0;
  const step = wanted.kind === 'now' && wanted.spanMs <= 7_200_000 ? 5000 : 30_000;
  return Math.ceil(now.value / step) * step;
}
