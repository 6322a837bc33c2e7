/**
 * Which alerts become public warnings, and as what: category, severity, urgency, certainty and what to do. A proposal of our own
 * (domain-standards.md 7.3), no authority's table. What is not here gets no CAP message: that a station is silent is nobody's
 * danger, and neither for a reading of a moment nor for weather and water level has the table a row.
 */
import { FIRE_SIGNS } from '../../../devices/fire/signals.ts';
import { LEVELS, type Level } from '../../../devices/limit.ts';
import { AQI_CATEGORIES } from '../../../devices/methods/vn-aqi.ts';
import type { ParameterId } from '../../../devices/parameter.ts';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import type { StationKind } from '../../../devices/word.ts';
import { SEVERITIES } from './grammar.ts';
import type { Info, Named, Severity } from './message.ts';

/** One danger, of which a station or an incident has one chain of messages. */
export type Hazard = 'fire-level' | 'fire-alarm' | 'air' | 'water' | 'traffic';

export interface Row {
  readonly category: Info['category'];
  readonly severity: Severity;
  readonly urgency: Info['urgency'];
  readonly certainty: Info['certainty'];
  readonly responseType: Info['responseType'];
  /** The level by its Vietnamese name or number, where an official scale has one. */
  readonly eventCode: Named;
}

const row = (
  category: Info['category'],
  severity: Severity,
  urgency: Info['urgency'],
  certainty: Info['certainty'],
  responseType: Info['responseType'],
  valueName: string,
  value: string,
): Row => ({ category, severity, urgency, certainty, responseType, eventCode: { valueName, value } });

const FOREST = ['Fire'] as const;
const AIR = ['Env', 'Health'] as const;
const EVENT = 'QUANTRAC-EVENT';

export const ROWS = {
  'fire-level-3': row(FOREST, 'Moderate', 'Expected', 'Likely', ['Monitor'], 'VN-FIRE-LEVEL', '3'),
  'fire-level-4': row(FOREST, 'Severe', 'Expected', 'Likely', ['Prepare', 'Avoid'], 'VN-FIRE-LEVEL', '4'),
  'fire-level-5': row(FOREST, 'Extreme', 'Expected', 'Likely', ['Prepare', 'Avoid'], 'VN-FIRE-LEVEL', '5'),
  'fire-alarm': row(FOREST, 'Severe', 'Immediate', 'Likely', ['Assess', 'Execute'], EVENT, 'fire-alarm'),
  // The table has "Evacuate or Avoid": whom to evacuate is not for a machine to say.
  'fire-confirmed': row(FOREST, 'Extreme', 'Immediate', 'Observed', ['Avoid'], EVENT, 'fire-confirmed'),
  'air-poor': row(AIR, 'Minor', 'Expected', 'Observed', ['Monitor'], 'VN-AQI-LEVEL', 'Kém'),
  'air-bad': row(AIR, 'Moderate', 'Expected', 'Observed', ['Avoid'], 'VN-AQI-LEVEL', 'Xấu'),
  'air-very-bad': row(
    AIR,
    'Severe',
    'Immediate',
    'Observed',
    ['Avoid', 'Shelter'],
    'VN-AQI-LEVEL',
    'Rất xấu',
  ),
  'air-hazardous': row(AIR, 'Extreme', 'Immediate', 'Observed', ['Shelter'], 'VN-AQI-LEVEL', 'Nguy hại'),
  'water-minor': row(['Env'], 'Minor', 'Expected', 'Observed', ['Monitor', 'Assess'], EVENT, 'surface-water'),
  'water-moderate': row(
    ['Env'],
    'Moderate',
    'Expected',
    'Observed',
    ['Monitor', 'Assess'],
    EVENT,
    'surface-water',
  ),
  congestion: row(['Transport'], 'Minor', 'Immediate', 'Observed', ['Avoid'], EVENT, 'congestion'),
} as const satisfies Record<string, Row>;
export type RowId = keyof typeof ROWS;

export interface Mapped {
  readonly hazard: Hazard;
  readonly row: RowId;
}

/** What tells of a fire. */
/** What the water of rivers and lakes is judged by; level and temperature say nothing of its quality. */
const WATER_QUALITY: ReadonlySet<string> = new Set<ParameterId>([
  'dissolved_oxygen',
  'dissolved_oxygen_saturation',
  'ph',
  'conductivity',
  'specific_conductance',
  'salinity',
  'dissolved_solids',
  'turbidity',
  'chlorophyll',
  'blue_green_algae',
  'cod',
  'ammonium',
  'vn_wqi',
]);
const TRAFFIC: ReadonlySet<string> = new Set<ParameterId>([
  'congestion',
  'level_of_service',
  'traffic_density',
  'traffic_speed',
  'occupancy',
]);

/** By the greatest index of each category; Tốt and Trung bình are no warning. */
const AIR_ROWS: readonly (RowId | null)[] = [
  null,
  null,
  'air-poor',
  'air-bad',
  'air-very-bad',
  'air-hazardous',
];
const FIRE_ROWS: Readonly<Record<number, RowId>> = {
  3: 'fire-level-3',
  4: 'fire-level-4',
  5: 'fire-level-5',
};

/** The value that raised it last; null when it was raised without one. */
export const raisedBy = ({
  evidence,
}: Pick<AlertAnswer, 'evidence'>): AlertAnswer['evidence'][number] | null =>
  evidence.findLast(({ state }) => state === 'raised') ?? null;

/** Of an alert that has no row, or whose level a person has set. */
const LEVEL_SEVERITIES: Readonly<Record<Level, Severity>> = {
  notice: 'Minor',
  warning: 'Moderate',
  critical: 'Severe',
};

/** The table's, unless a person has set the level: then no milder than theirs when they raised it, no worse when they lowered it. */
export function severityOf(
  { level, corrected }: Pick<AlertAnswer, 'level' | 'corrected'>,
  mapped: Mapped | null,
): Severity {
  const ofLevel = LEVEL_SEVERITIES[level];
  if (mapped === null) return ofLevel;
  const ofTable = ROWS[mapped.row].severity;
  if (corrected === undefined || corrected.from === level) return ofTable;
  const raised = LEVELS.indexOf(level) > LEVELS.indexOf(corrected.from);
  // SEVERITIES begin with the worst.
  const [worse, milder] = SEVERITIES.filter((one) => one === ofLevel || one === ofTable);
  return (raised ? worse : (milder ?? worse)) ?? ofTable;
}

/** A reading ended it, of each who reported it: otherwise nobody knows whether the danger is over. */
export const endedByReadings = ({ evidence }: Pick<AlertAnswer, 'evidence'>): boolean => {
  const last = new Map(evidence.map(({ reporter, state }) => [reporter, state]));
  return last.size > 0 && [...last.values()].every((state) => state === 'cleared');
};

/** As what an alert of a station of this kind goes out; null: it does not. */
export function mapAlert(alert: AlertAnswer, kind: StationKind): Mapped | null {
  if (alert.about || alert.no_data || alert.historical) return null;
  const value = raisedBy(alert)?.value ?? null;
  const mapped = (hazard: Hazard, id: RowId | null | undefined): Mapped | null =>
    id ? { hazard, row: id } : null;
  switch (alert.parameter) {
    case 'fire_level':
      return mapped('fire-level', value === null ? null : FIRE_ROWS[value]);
    case 'vn_aqi':
    case 'vn_aqi_day': {
      const category = AQI_CATEGORIES.findIndex(({ upTo }) => value !== null && value <= upTo);
      return mapped('air', AIR_ROWS[category]);
    }
  }
  // The book of alerts takes each alarm of a fire post for one of an incident, also that of its battery.
  if (alert.incident !== undefined && FIRE_SIGNS.has(alert.parameter))
    return mapped('fire-alarm', 'fire-alarm');
  if (kind === 'water' && WATER_QUALITY.has(alert.parameter))
    return mapped('water', alert.level === 'notice' ? 'water-minor' : 'water-moderate');
  if (kind === 'traffic' && TRAFFIC.has(alert.parameter)) return mapped('traffic', 'congestion');
  return null;
}
