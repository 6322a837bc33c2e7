/** How an alert stands, in a few words and in sentences. */
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { stations } from '../../state.ts';
import { GATEWAY, type Named } from './reason-text.ts';

const moment = (at: number): string => formatMoment(at, now.peek(), language.value);

/** Tags for a list, the state first. */
export function marksOf(alert: AlertAnswer): string[] {
  const { shelved, acknowledged_by: who } = alert;
  if (alert.retracted) return [t('alerts.mark.retracted')];
  const state =
    alert.state === 'acknowledged' && who !== null
      ? t('alerts.mark.acknowledged', { who })
      : t(`alerts.mark.${alert.state === 'acknowledged' ? 'active' : alert.state}`);
  const marks = [
    ...(alert.state === 'active' && isQuiet(alert) ? [] : [state]),
    ...(shelved ? [t('alerts.mark.shelved', { time: moment(shelved.until) })] : []),
    ...(alert.out_of_service ? [t('alerts.mark.out_of_service')] : []),
    ...(alert.inhibited ? [t('alerts.mark.inhibited')] : []),
    ...(alert.historical ? [t('alerts.mark.historical')] : []),
    ...(alert.unverified ? [t('alerts.mark.unverified')] : []),
    ...(alert.escalated_at !== undefined ? [t('alerts.mark.escalated')] : []),
    ...(alert.flapping ? [t('alerts.mark.flapping')] : []),
  ];
  return marks;
}

export const isQuiet = ({ shelved, out_of_service, inhibited, historical }: AlertAnswer): boolean =>
  [shelved, out_of_service, inhibited, historical].some((why) => why !== undefined);

/** Of a silence by its key: `edge/{name}`, `station/{id}`, `flows`. */
function causeName(key: string): string {
  const [kind, id = ''] = key.split('/');
  if (kind === 'edge') return t('alerts.cause.edge', { edge: id });
  if (kind === 'station') return stationName(id);
  return kind === 'flows' ? t('alerts.cause.flows') : key;
}

function stationName(id: string): string {
  const station = stations.value.get(id);
  return station ? local(station.name) : t('alerts.cause.station', { station: id });
}

/** Whose word it was: a person's or an edge's name; null: the gateway by itself. */
export const byName = (by: string | null): string =>
  by === null || by === GATEWAY ? t('alerts.by.gateway') : by === 'flows' ? t('alerts.by.flows') : by;

/** How things that the gateway names in a reason are called on the screen. */
export const named: Named = { cause: causeName, station: stationName, moment };

/** What people have decided about it and what it follows from, each as a sentence with its reason. */
export function whysOf(alert: AlertAnswer): string[] {
  const { shelved, out_of_service: service, inhibited, corrected, retracted, escalated_at } = alert;
  return [
    ...(retracted ? [t('alerts.why.retracted', { who: retracted.by, reason: retracted.reason })] : []),
    ...(shelved
      ? [
          t('alerts.why.shelved', {
            who: shelved.by,
            time: moment(shelved.until),
            reason: shelved.reason,
          }),
        ]
      : []),
    ...(service ? [t('alerts.why.out_of_service', { who: service.by, reason: service.reason })] : []),
    ...(inhibited
      ? [
          inhibited.by === null
            ? t('alerts.why.waited')
            : t('alerts.why.inhibited', { cause: causeName(inhibited.by) }),
        ]
      : []),
    ...(corrected
      ? [
          t('alerts.why.corrected', {
            who: corrected.by,
            level: t(`level.${corrected.from}`),
            reason: corrected.reason,
          }),
        ]
      : []),
    ...(alert.historical ? [t('alerts.why.historical')] : []),
    ...(escalated_at === undefined ? [] : [t('alerts.why.escalated', { time: moment(escalated_at) })]),
  ];
}
