/** A limit as people read it: when it speaks, when it is over, and what else is to be known. */

import { lasting } from '../../age.ts';
import { isSwitch } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import type { Limit, LimitOf } from './calls.ts';
import { exact, exactWithUnit, inSentence } from './number.ts';

export interface LimitSentences {
  readonly raises: string;
  /** null: there is nothing to say beyond that it no longer holds. */
  readonly clears: string | null;
}

export const STANDARD_NAMES = { 'qcvn-05': 'QCVN 05:2023/BTNMT', 'qcvn-08': 'QCVN 08:2023/BTNMT' } as const;

export const limitSentences = (limit: Limit): LimitSentences => ({
  raises: t(`limits.say.${limit.level}`, {
    condition: [condition(limit) + hold(limit), ...votes(limit), ...season(limit), ...flags(limit)].join(
      ', ',
    ),
  }),
  clears: clearing(limit),
});

function condition(limit: Limit): string {
  const parameter = inSentence(limit.parameter);
  const say = (value: number): string => exactWithUnit(value, limit.parameter);
  switch (limit.kind) {
    case 'high':
    case 'low':
      if (isSwitch(limit.parameter))
        return t(`limits.say.${limit.kind === 'high' ? 'on' : 'off'}`, { parameter });
      return t(`limits.say.${limit.kind}`, { parameter, value: say(limit.raise) });
    case 'outside':
      return t('limits.say.outside', { parameter, low: say(limit.low), high: say(limit.high) });
    case 'rate':
      return t(`limits.say.rate.${limit.direction}`, {
        parameter,
        value: say(limit.raise),
        time: lasting(limit.within_s, texts()),
      });
    case 'deviation':
      return (
        t(`limits.say.deviation.${limit.direction}`, { parameter, value: say(limit.raise) }) + mads(limit)
      );
    case 'stale':
      return t('limits.say.stale', { parameter, time: lasting(limit.after_s, texts()) });
    case 'standard':
      return t('limits.say.standard', { parameter, source: standardName(limit) });
  }
}

export function standardName({ standard, water, class: level }: LimitOf<'standard'>): string {
  const name = STANDARD_NAMES[standard];
  if (water === undefined || level === undefined) return name;
  return `${name}, ${t(`limits.water.${water}`)}, ${t('limits.class', { level })}`;
}

const mads = ({ mads: n }: LimitOf<'deviation'>): string =>
  n > 0 ? t('limits.say.mads', { n: exact(n) }) : '';

const hold = (limit: Limit): string =>
  'hold_s' in limit && limit.hold_s > 0 ? t('limits.say.hold', { time: lasting(limit.hold_s, texts()) }) : '';

function votes(limit: Limit): string[] {
  if (!('needed' in limit) || limit.needed === undefined || limit.of === undefined || limit.of === 1)
    return [];
  return [t('limits.say.votes', { needed: limit.needed, of: limit.of })];
}

function season({ when }: Limit): string[] {
  const said: string[] = [];
  if (when?.months) {
    const { from, to } = when.months;
    said.push(
      from === to
        ? t('limits.say.month', { from: monthName(from) })
        : t('limits.say.months', { from: monthName(from), to: monthName(to) }),
    );
  }
  if (when?.hours) said.push(t('limits.say.hours', { from: when.hours.from, to: when.hours.to }));
  return said;
}

/** "tháng 11", "November". */
export const monthName = (month: number): string =>
  language.value === 'vi'
    ? `tháng ${month}`
    : new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' }).format(
        Date.UTC(2026, month - 1, 15),
      );

const flags = ({ quality }: Limit): string[] => (quality === 'suspect' ? [t('limits.say.suspect')] : []);

function clearing(limit: Limit): string | null {
  const at = clearedAt(limit);
  const time =
    limit.clear_hold_s > 0 ? t('limits.say.hold', { time: lasting(limit.clear_hold_s, texts()) }) : '';
  if (at === null && time === '') return null;
  return t('limits.say.clears', { condition: (at ?? t('limits.say.within')) + time });
}

function clearedAt(limit: Limit): string | null {
  const say = (value: number): string => exactWithUnit(value, limit.parameter);
  if (isSwitch(limit.parameter)) return null;
  switch (limit.kind) {
    case 'high':
    case 'low':
      return limit.clear === undefined
        ? null
        : t(`limits.say.clear.${limit.kind}`, { value: say(limit.clear) });
    case 'outside': {
      if (limit.clear_low === undefined && limit.clear_high === undefined) return null;
      const { clear_low = limit.low, clear_high = limit.high } = limit;
      return t('limits.say.clear.outside', { low: say(clear_low), high: say(clear_high) });
    }
    case 'rate':
    case 'deviation':
      return limit.clear === undefined
        ? null
        : t(`limits.say.clear.${limit.kind}`, { value: say(limit.clear) });
    default:
      return null;
  }
}
