/** Sentences about alerts, for eyes and for ears. */
import type { AlertAnswer } from '../../devices/wire/api.ts';
import { formatDuration } from './age.ts';
import { isSwitch, parameterName } from './format.ts';
import { language, local, t, texts } from './i18n.ts';
import { raisedBy } from './merge.ts';
import { valueText } from './parts/value.tsx';
import { stations } from './state.ts';

type Proof = AlertAnswer['evidence'][number];
type Sign = NonNullable<Proof['because']>[number];

const ROMAN = ['I', 'II', 'III', 'IV', 'V'];

/** As people say it: "cấp IV" of a fire danger level, "E" of a level of service. */
function sayValue(value: number, parameter: string, unit: string): string {
  if (parameter === 'fire_level') return t('alert.fireLevel', { level: ROMAN[value - 1] ?? value });
  if (parameter === 'level_of_service') return 'ABCDEF'[value - 1] ?? String(value);
  return valueText(value, parameter, unit);
}

/** "khói"; "nhiệt độ không khí 44,6 °C (ngưỡng 38,0 °C)"; of another post with its name. */
export function sayReading({ station, parameter, value, threshold, unit }: Sign, home: string): string {
  const name = parameterName(parameter, language.value).toLocaleLowerCase(language.value);
  const say = (one: number) => sayValue(one, parameter, unit);
  const what = isSwitch(parameter)
    ? value >= 0.5
      ? name
      : t('alert.noSign', { what: name })
    : threshold === undefined
      ? `${name} ${say(value)}`
      : t('alert.sign', { what: name, value: say(value), threshold: say(threshold) });
  const place = station === home ? undefined : stations.value.get(station);
  return place ? `${what} (${local(place.name)})` : what;
}

/** What a fire post has seen, not the number that stands for it. */
function fireSigns(alert: AlertAnswer, { value, because = [] }: Proof): string {
  if (because.length > 0)
    return t('alert.fireSigns', { signs: because.map((sign) => sayReading(sign, alert.station)).join('; ') });
  return t(value >= 2 ? 'alert.fireAlarm' : 'alert.fireSuspected');
}

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
  if (alert.parameter === 'fire_detection') return fireSigns(alert, proof);
  const say = (value: number) => sayValue(value, alert.parameter, proof.unit);
  if (proof.within_s !== undefined)
    return t(proof.value >= 0 ? 'alert.rose' : 'alert.fell', {
      change: say(Math.abs(proof.value)),
      time: time(proof.within_s),
      threshold: say(Math.abs(proof.threshold)),
    });
  const key =
    proof.value === proof.threshold
      ? 'alert.reached'
      : proof.value > proof.threshold
        ? 'alert.above'
        : 'alert.below';
  return t(key, { value: say(proof.value), threshold: say(proof.threshold) });
}

/** The standard that sets the limit, and its clause. */
export function sourceOf(alert: AlertAnswer): string | null {
  const source = raisedBy(alert)?.source;
  return source === undefined ? null : t('alert.source', { source: local(source) });
}

/** "Mực nước tại Cầu Đỏ": which alert is meant, in one line. */
export const describeAlert = (alert: AlertAnswer): string =>
  t('alert.describe', { parameter: conditionName(alert), station: local(alert.station_name) });

export const announceAlert = (alert: AlertAnswer): string =>
  t('alert.new', {
    level: t(`level.${alert.level}`),
    parameter: conditionName(alert),
    station: local(alert.station_name),
    against: againstLimit(alert) ?? (alert.about ? t(`alert.silentText.${alert.about.kind}`) : ''),
  });
