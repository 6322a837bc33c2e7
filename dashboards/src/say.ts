/** Sentences about alerts, for eyes and for ears. */
import type { AlertAnswer } from '../../devices/wire/api.ts';
import { formatDuration } from './age.ts';
import { isSwitch, parameterName } from './format.ts';
import { language, local, t, texts } from './i18n.ts';
import { raisedBy } from './merge.ts';
import { valueText } from './parts/value.tsx';

/** What is told: the parameter's name, or that something is silent. */
export const conditionName = (alert: AlertAnswer): string =>
  alert.about ? t(`alert.silent.${alert.about.kind}`) : parameterName(alert.parameter, language.value);

/** "61,3 µg/m³, vượt ngưỡng 50,0 µg/m³"; of a change "tăng 9,0 °C trong 10 phút, ngưỡng 8,0 °C". */
export function againstLimit(alert: AlertAnswer): string | null {
  const proof = raisedBy(alert);
  if (!proof) return null;
  const time = (seconds: number) => formatDuration(seconds * 1000, texts());
  if (alert.no_data) return t('alert.noData', { time: time(proof.threshold) });
  if (isSwitch(alert.parameter)) return t(proof.value >= 0.5 ? 'alert.detected' : 'alert.notDetected');
  const say = (value: number) => valueText(value, alert.parameter, proof.unit);
  if (proof.within_s !== undefined)
    return t(proof.value >= 0 ? 'alert.rose' : 'alert.fell', {
      change: say(Math.abs(proof.value)),
      time: time(proof.within_s),
      threshold: say(Math.abs(proof.threshold)),
    });
  const key = proof.value >= proof.threshold ? 'alert.above' : 'alert.below';
  return t(key, { value: say(proof.value), threshold: say(proof.threshold) });
}

/** The standard that sets the limit, and its clause. */
export function sourceOf(alert: AlertAnswer): string | null {
  const source = raisedBy(alert)?.source;
  return source === undefined ? null : t('alert.source', { source: local(source) });
}

export const announceAlert = (alert: AlertAnswer): string =>
  t('alert.new', {
    level: t(`level.${alert.level}`),
    parameter: conditionName(alert),
    station: local(alert.station_name),
    against: againstLimit(alert) ?? (alert.about ? t(`alert.silentText.${alert.about.kind}`) : ''),
  });
