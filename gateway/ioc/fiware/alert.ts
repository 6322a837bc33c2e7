/**
 * Alert 0.0.3. One alert of ours is one entity, whose id stays: what changes, corrects, clears or retracts it takes the place of what
 * was told before. Names of people and what they wrote are not in it. Pure.
 */
import { isParameter, PARAMETERS } from '../../../devices/parameter.ts';
import { isUnit, UNITS } from '../../../devices/unit.ts';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import type { AlertEntry } from '../../../devices/wire/feed.ts';
import type { KnownStation } from '../../catalog.ts';
import { mapAlert, raisedBy, severityOf } from '../cap/mapping.ts';
import type { Severity } from '../cap/message.ts';
import { BEING_SET_UP, type Entity, placeOf, timeOf, urn } from './entity.ts';
import { subjectOf } from './subject.ts';

/** domain-standards.md 8.2, a proposal. */
const SEVERITIES: Readonly<Record<Severity, string>> = {
  Unknown: 'informational',
  Minor: 'low',
  Moderate: 'medium',
  Severe: 'high',
  Extreme: 'critical',
};
/** `at`: when the record was written, epoch ms. Null: the model has no category for it. The station may be withdrawn by now. */
export function alertEntity(
  { kind, at, alert }: AlertEntry & { readonly at: number },
  station: KnownStation | undefined,
): Entity | null {
  const subject = subjectOf(alert);
  if (subject === null) return null;
  const raised = raisedBy(alert);
  const test = station?.commissioning === true;
  return {
    id: urn('Alert', alert.station, alert.id),
    type: 'Alert',
    ...(station && placeOf(station)),
    ...subject,
    severity: SEVERITIES[severityOf(alert, station ? mapAlert(alert, station.kind) : null)],
    alertSource: urn('PointOfInterest', alert.station),
    dateIssued: timeOf(at),
    validFrom: timeOf(alert.opened_at),
    ...(alert.cleared_at !== null && { validTo: timeOf(alert.cleared_at) }),
    description: [descriptionOf(alert), test ? BEING_SET_UP : ''].filter(Boolean).join(' '),
    ...(alert.origin && { source: alert.origin.vi }),
    data: {
      kind,
      level: alert.level,
      state: alert.state,
      parameter: alert.parameter,
      limit: alert.limit,
      ...(raised && {
        value: raised.value,
        threshold: raised.threshold,
        unit: raised.unit,
        measured: timeOf(raised.at),
      }),
      ...(alert.incident !== undefined && { incident: alert.incident }),
      ...(test && { test }),
    },
  };
}

/** Where, what, how much and beyond which threshold, in Vietnamese. */
function descriptionOf(alert: AlertAnswer): string {
  const state = alert.retracted ? 'Thu hồi: ' : alert.cleared_at === null ? '' : 'Đã hết: ';
  const { parameter } = alert;
  const name = isParameter(parameter) ? PARAMETERS[parameter].name.vi : parameter;
  const raised = raisedBy(alert);
  if (raised === null) return `${state}${alert.station_name.vi}: ${name}`;
  const label = isUnit(raised.unit) ? UNITS[raised.unit].label : raised.unit;
  const value = [raised.value, label].filter((part) => part !== '').join(' ');
  return `${state}${alert.station_name.vi}: ${name} ${value} (ngưỡng ${raised.threshold})`;
}
