/** A limit in the few words that fit beside a value, or into a chart. */
import { formatDuration } from '../../age.ts';
import { type Band, bandsOf, edgeOf } from '../../chart/bands.ts';
import type { NamedBand } from '../../chart/draw-bands.ts';
import { isSwitch } from '../../format.ts';
import { t, texts } from '../../i18n.ts';
import { valueText } from '../../parts/value.tsx';
import type { Limit, Parameter } from './calls.ts';

const STANDARDS = { 'qcvn-05': 'QCVN 05:2023/BTNMT', 'qcvn-08': 'QCVN 08:2023/BTNMT' } as const;

/** `standard`: what the standard allows, where that is known. */
export function limitText(limit: Limit, unit: string, standard: number | null): string {
  const say = (value: number): string => valueText(value, limit.parameter, unit);
  const time = (seconds: number): string => formatDuration(seconds * 1000, texts());
  switch (limit.kind) {
    case 'high':
      return isSwitch(limit.parameter) ? t('station.limitOn') : `≥ ${say(limit.raise)}`;
    case 'low':
      return isSwitch(limit.parameter) ? t('station.limitOff') : `≤ ${say(limit.raise)}`;
    case 'outside':
      return t('station.limitOutside', { low: say(limit.low), high: say(limit.high) });
    case 'rate':
      return t('station.limitRate', { value: say(limit.raise), time: time(limit.within_s) });
    case 'deviation':
      return t('station.limitDeviation', { value: say(limit.raise) });
    case 'stale':
      return t('station.limitStale', { time: time(limit.after_s) });
    case 'standard':
      return standard === null
        ? STANDARDS[limit.standard]
        : `> ${say(standard)} (${STANDARDS[limit.standard]})`;
  }
}

const isAbove = ({ low }: Band): boolean => Number.isFinite(low);

const sign = (band: Band): string => (isAbove(band) ? (band.edgeAllowed ? '>' : '≥') : '≤');

const WORST_FIRST = ['critical', 'warning', 'notice'] as const;

/** The limits of a parameter that a chart can show, worst first. */
export const namedBands = (
  limits: readonly Limit[],
  { id, unit }: Parameter,
  standard: number | null,
): NamedBand[] =>
  bandsOf(limits, id, standard)
    .map((band) => {
      const value = isSwitch(id)
        ? t(isAbove(band) ? 'station.limitOn' : 'station.limitOff')
        : `${sign(band)} ${valueText(edgeOf(band), id, unit)}`;
      return { ...band, label: `${value} · ${t(`level.${band.level}`)}` };
    })
    .sort((a, b) => WORST_FIRST.indexOf(a.level) - WORST_FIRST.indexOf(b.level));
