/** How an alert stands, in a few words and in sentences. */
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { stations } from '../../state.ts';

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
export function causeName(key: string): string {
  const [kind, id = ''] = key.split('/');
  const station = kind === 'station' ? stations.value.get(id) : undefined;
  if (station) return local(station.name);
  return kind === 'edge' ? t('alerts.edge', { edge: id }) : key;
}

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
