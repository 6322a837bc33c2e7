/** The last 24 hours of one series for a chart: loaded, continued by live readings, loaded anew after a loss. */
import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { StationAnswer } from '../../../devices/wire/api.ts';
import { api } from '../api.ts';
import { currentTime } from '../clock.ts';
import { type Ask, type DaySeries, isTooFine, loadDay } from '../day-series.ts';
import { append } from '../series.ts';
import { epoch, readingsOf } from '../state.ts';

export type Day = DaySeries | 'loading' | 'failed';

export interface UsedDay {
  readonly day: ReadonlySignal<Day>;
  readonly retry: () => void;
}

export function useDaySeries(
  station: string,
  { id: parameter, period_s }: StationAnswer['parameters'][number],
): UsedDay {
  const day = useSignal<Day>('loading');
  const attempt = useSignal(0);
  const loading = useRef(false);

  useEffect(() => {
    const ending = new AbortController();
    loading.current = true;
    const ask: Ask = async (from, to, everyS) => {
      const query = { station, parameter, from, to, everyS };
      return (await api.readings(query, ending.signal)).points;
    };
    loadDay(ask, period_s, currentTime())
      .then((loaded) => {
        if (!ending.signal.aborted) day.value = loaded;
      })
      .catch(() => {
        // What is there already stays: the head of the page says that the gateway is away.
        if (!ending.signal.aborted && day.value === 'loading') day.value = 'failed';
      })
      .finally(() => {
        if (!ending.signal.aborted) loading.current = false;
      });
    return () => ending.abort();
  }, [station, parameter, period_s, attempt.value, epoch.value]);

  useSignalEffect(() => {
    const reading = readingsOf(station).value.get(parameter);
    const before = day.peek();
    if (!reading || typeof before === 'string') return;
    const series = append(before.series, reading, before.everyS, currentTime());
    if (series === before.series) return;
    const after = { ...before, series };
    day.value = after;
    if (!loading.current && isTooFine(after, period_s, currentTime())) attempt.value = attempt.peek() + 1;
  });

  return {
    day,
    retry: () => {
      day.value = 'loading';
      attempt.value += 1;
    },
  };
}
