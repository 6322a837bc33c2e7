/**
 * Which parameters of an instrument are overdue. Nobody asks an instrument that publishes by itself: that it is silent
 * shows only by what does not come. Pure: time is an argument, in ticks.
 */
import type { ParameterId } from '../../devices/parameter.ts';

/**
 * One message may be lost, as over radio they are, without a word; when two periods have brought nothing, that is
 * silence.
 */
const SILENT_AFTER_PERIODS = 2;

interface Watched {
  /** When it last came; at first when the watch began. */
  seen: number;
  /** When its absence is told next. */
  due: number;
  told: boolean;
}

export interface SilenceWatch {
  seen(parameter: ParameterId, ticks: number): void;
  /** Parameters whose absence is to be told now; then not before a period is over. */
  due(ticks: number): ParameterId[];
  /** All that there are, to be told at once: it is known that nothing will come. */
  allDue(ticks: number): ParameterId[];
  /** From here on nothing can come: told after one period. */
  cutOff(ticks: number): void;
  /** Something can come again. */
  rejoin(): void;
  /** How long it has not come. */
  sinceMs(parameter: ParameterId, ticks: number): number;
  /** Of those whose absence was told and that have not come since, the first. */
  silent(): ParameterId | null;
}

export function watchSilence(
  parameters: readonly ParameterId[],
  periodMs: number,
  start: number,
): SilenceWatch {
  const after = SILENT_AFTER_PERIODS * periodMs;
  const watched = new Map(
    parameters.map((id): [ParameterId, Watched] => [id, { seen: start, due: start + after, told: false }]),
  );

  function tell(ids: readonly ParameterId[], ticks: number): ParameterId[] {
    for (const id of ids) {
      const own = watched.get(id);
      if (own) Object.assign(own, { due: ticks + periodMs, told: true });
    }
    return [...ids];
  }

  return {
    seen: (id, ticks) => watched.set(id, { seen: ticks, due: ticks + after, told: false }),
    due: (ticks) =>
      tell(
        [...watched].filter(([, { due }]) => due <= ticks).map(([id]) => id),
        ticks,
      ),
    allDue: (ticks) => tell(parameters, ticks),
    cutOff(ticks) {
      for (const own of watched.values()) own.due = Math.min(own.due, ticks + periodMs);
    },
    rejoin() {
      for (const own of watched.values()) if (!own.told) own.due = own.seen + after;
    },
    sinceMs: (id, ticks) => ticks - (watched.get(id)?.seen ?? ticks),
    silent: () => [...watched].find(([, { told }]) => told)?.[0] ?? null,
  };
}
