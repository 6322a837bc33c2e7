/** Sentences about alerts, for eyes and for ears. */
import type { AlertAnswer } from '../../devices/wire/api.ts';
import { isSwitch, parameterName } from './format.ts';
import { language, local, t } from './i18n.ts';
import { raisedBy } from './merge.ts';
import { valueText } from './parts/value.tsx';

/** "61,3 µg/m³, vượt ngưỡng 50,0 µg/m³" */
export function againstLimit(alert: AlertAnswer): string | null {
  const proof = raisedBy(alert);
  if (!proof) return null;
  if (isSwitch(alert.parameter)) return t(proof.value >= 0.5 ? 'alert.detected' : 'alert.notDetected');
  const say = (value: number) => valueText(value, alert.parameter, proof.unit);
  const key = proof.value >= proof.threshold ? 'alert.above' : 'alert.below';
  return t(key, { value: say(proof.value), threshold: say(proof.threshold) });
}

export const announceAlert = (alert: AlertAnswer): string =>
  t('alert.new', {
    level: t(`level.${alert.level}`),
    parameter: parameterName(alert.parameter, language.value),
    station: local(alert.station_name),
    against: againstLimit(alert) ?? '',
  });
