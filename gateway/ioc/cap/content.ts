/** What a chain of messages has to say now: of its alerts that stand, or that they are over. Pure. */
import type { Language } from '../../../devices/parameter.ts';
import type { Text } from '../../../devices/word.ts';
import { SEVERITIES } from './grammar.ts';
import { ROWS, type Row, type RowId } from './mapping.ts';
import type { Member } from './member.ts';
import type { Area, Info, Named } from './message.ts';
import type { CapSettings } from './settings.ts';
import {
  descriptionText,
  headlineText,
  LOOK_FOR_YOURSELF,
  NO_LONGER_WATCHED,
  NOTHING_TO_DO,
  overOf,
  placesText,
  valueText,
  wordingOf,
} from './texts.ts';

/** An info but for its times that are known only when it goes out. */
export type InfoContent = Omit<Info, 'effective' | 'expires'>;

export interface Content {
  readonly kind: 'warning' | 'all-clear' | 'cancel';
  readonly status: Member['status'];
  readonly incidents: readonly string[];
  readonly note?: string | undefined;
  readonly info: readonly InfoContent[];
  /** What of it is news when it changes. */
  readonly gist: string;
}

const LANGUAGES = [
  ['vi', 'vi-VN'],
  ['en', 'en-US'],
] as const satisfies readonly (readonly [Language, Info['language']])[];

const weight = ({ severity }: Member): number => SEVERITIES.indexOf(severity);
/** The worst first; of equals the one that opened first. */
const byWeight = (a: Member, b: Member): number =>
  weight(a) - weight(b) || a.opened_at - b.opened_at || Number(a.alert) - Number(b.alert);

/** Codes of parameters as those who judge by them write them. */
const VALUE_NAMES: Readonly<Record<string, string>> = {
  vn_aqi: 'VN_AQI',
  vn_aqi_day: 'VN_AQI_DAY',
  vn_wqi: 'VN_WQI',
};

const infoOf = (
  row: Row,
  members: readonly Member[],
  settings: CapSettings,
  texts: (language: Language) => Pick<Info, 'event' | 'headline' | 'description' | 'instruction'>,
): InfoContent[] =>
  LANGUAGES.map(([language, code]) => ({
    language: code,
    category: row.category,
    responseType: row.responseType,
    urgency: row.urgency,
    severity: row.severity,
    certainty: row.certainty,
    eventCode: [row.eventCode],
    onset: Math.min(...members.map(({ opened_at }) => opened_at)),
    senderName: settings.sender_name[language],
    ...texts(language),
    web: settings.web,
    contact: settings.contact,
    parameter: parametersOf(members),
    area: areasOf(members, settings, language),
  }));

/** What warns of everything that stands. `confirmed`: a person has seen the fire. */
export function warning(standing: readonly Member[], confirmed: boolean, settings: CapSettings): Content {
  const members = standing.toSorted(byWeight);
  const [worst] = members;
  if (worst === undefined) throw new RangeError('a warning needs an alert');
  const id: RowId = confirmed && worst.row === 'fire-alarm' ? 'fire-confirmed' : worst.row;
  const { event, instruction } = wordingOf(id);
  const row: Row = worst.corrected ? { ...ROWS[id], severity: worst.severity } : ROWS[id];
  return {
    kind: 'warning',
    status: worst.status,
    incidents: incidentsOf(members),
    info: infoOf(row, members, settings, (language) => ({
      event: event[language],
      headline: headlineText(event[language], placesText(members, language)),
      description: descriptionText(event[language], members, language),
      instruction: instruction[language],
    })),
    gist: gistOf(id, members),
  };
}

/**
 * To those who were warned: it is over. Severity and certainty of an all-clear are set by no source: the least, and observed.
 * `measured`: readings say so; otherwise nothing is known but that the warning has ended, and that is all that is said.
 */
export function allClear(ended: readonly Member[], measured: boolean, settings: CapSettings): Content {
  const members = ended.toSorted(byWeight);
  const [worst] = members;
  if (worst === undefined) throw new RangeError('an all-clear needs an alert');
  const { over, instruction } = measured
    ? { over: overOf(worst.hazard), instruction: NOTHING_TO_DO }
    : { over: NO_LONGER_WATCHED, instruction: LOOK_FOR_YOURSELF };
  const row: Row = {
    ...ROWS[worst.row],
    responseType: [measured ? 'AllClear' : 'Monitor'],
    urgency: 'Past',
    severity: 'Minor',
    certainty: measured ? 'Observed' : 'Unknown',
  };
  return {
    kind: 'all-clear',
    status: worst.status,
    incidents: incidentsOf(members),
    info: infoOf(row, members, settings, (language) => ({
      event: wordingOf(worst.row).event[language],
      headline: headlineText(over[language], placesText(members, language)),
      description: `${over[language]} (${placesText(members, language)}).`,
      instruction: instruction[language],
    })),
    gist: gistOf(measured ? 'all-clear' : 'no longer watched', members),
  };
}

const NEVER_WAS: Text = {
  vi: 'Cảnh báo được thu hồi: sự việc không xảy ra.',
  en: 'The warning is withdrawn: it never was.',
};
const NO_TEST_ANY_MORE: Text = {
  vi: 'Kết thúc bản tin thử nghiệm.',
  en: 'End of the test message.',
};

/** The messages before never should have been, or (`moved`) others go on for them. */
export function cancel(ended: readonly Member[], why: 'retracted' | 'moved'): Content {
  const { vi, en } = why === 'retracted' ? NEVER_WAS : NO_TEST_ANY_MORE;
  return {
    kind: 'cancel',
    status: ended[0]?.status ?? 'Test',
    incidents: incidentsOf(ended),
    note: `${vi} ${en}`,
    info: [],
    gist: gistOf('cancel', ended),
  };
}

const gistOf = (what: string, members: readonly Member[]): string =>
  JSON.stringify([
    what,
    members
      .map(({ alert, level, row, station }) => [alert, level, row, station])
      .toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
  ]);

/** The same warning of the same severity: only where it stands is different. */
export const isSameWarning = (a: Content, b: Content): boolean =>
  a.kind === 'warning' &&
  b.kind === 'warning' &&
  a.info[0]?.event === b.info[0]?.event &&
  a.info[0]?.severity === b.info[0]?.severity;

const incidentsOf = (members: readonly Member[]): string[] =>
  [...new Set(members.flatMap(({ incident }) => incident ?? []))].map((id) => `incident-${id}`);

/** The number that caused it; of several stations each with its own. */
function parametersOf(members: readonly Member[]): Named[] {
  const several = new Set(members.map(({ station }) => station)).size > 1;
  return members.flatMap((member) => {
    const { parameter, station } = member;
    const value = valueText(member);
    const name = VALUE_NAMES[parameter] ?? parameter;
    return value === null ? [] : [{ valueName: several ? `${name}@${station}` : name, value }];
  });
}

/** Where it is: the polygon of the operating area where the settings give one, otherwise a circle around each station. */
function areasOf(members: readonly Member[], settings: CapSettings, language: Language): Area[] {
  const areas = new Map<string, Area>();
  for (const { station, name, area, latitude, longitude } of members) {
    const known = settings.areas.find((one) => one.area === area.vi);
    const geocode = known?.communes.map((value) => ({ valueName: 'VN-COMMUNE', value })) ?? [];
    if (known?.polygon) areas.set(area.vi, { areaDesc: area[language], polygon: known.polygon, geocode });
    else
      areas.set(`station ${station}`, {
        areaDesc: `${name[language]}, ${area[language]}`,
        circle: { latitude, longitude, radius_km: settings.radius_km },
        geocode,
      });
  }
  return [...areas.values()];
}
