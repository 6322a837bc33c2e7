/** Figures of a box as people read them. */
import type { HealthNumbers } from '../../../../devices/wire/edges.ts';
import { formatDuration } from '../../age.ts';
import { formatFigure } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';

/** "410 MB", "11,6 GB". */
export const megabytes = (mb: number): string =>
  mb < 1000
    ? `${formatFigure(mb, 0, language.value)} MB`
    : `${formatFigure(mb / 1024, mb < 10_240 ? 1 : 0, language.value)} GB`;

export const percent = (share: number): string => `${formatFigure(share * 100, 0, language.value)}%`;

/** From an hour on to the hour, from two days on to the day. */
export function hours(value: number): string {
  const whole = value >= 48 ? Math.floor(value / 24) * 24 : value >= 1 ? Math.floor(value) : value;
  return formatDuration(whole * 3_600_000, texts());
}

export const degrees = (value: number): string => `${formatFigure(value, 0, language.value)} °C`;

export type Measure =
  | 'busy'
  | 'outbox_hours'
  | 'disk_free_mb'
  | 'memory_free_mb'
  | 'temperature'
  | 'load'
  | 'waiting';

const SAY: Readonly<Record<Measure, (value: number) => string>> = {
  busy: percent,
  outbox_hours: hours,
  disk_free_mb: megabytes,
  memory_free_mb: megabytes,
  temperature: degrees,
  load: (value) => formatFigure(value, 2, language.value),
  waiting: (value) => formatFigure(value, 0, language.value),
};

export const measureText = (numbers: HealthNumbers, measure: Measure): string => {
  const value = numbers[measure];
  return value === null ? t('fleet.untold') : SAY[measure](value);
};

export const sayMeasure = (measure: Measure, value: number): string => SAY[measure](value);
