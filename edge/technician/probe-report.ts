/** A probe as a table for people, or as an object for scripts. Pure. */
import { pointAddresses } from '../../devices/decode.ts';
import { parameterOf } from '../../devices/parameter.ts';
import type { Profile, ProfilePoint, RegisterArea } from '../../devices/profile.ts';
import { FLAG, type Flag, type Judged } from '../../devices/quality.ts';
import { UNITS } from '../../devices/unit.ts';
import type { Probe } from './probe.ts';
import { formatTable } from './table.ts';
import { verdictOf } from './verdict.ts';

export const FLAG_WORDS: Readonly<Record<Flag, string>> = {
  [FLAG.good]: 'good',
  [FLAG.notEvaluated]: 'not evaluated',
  [FLAG.suspect]: 'suspect',
  [FLAG.fail]: 'fail',
  [FLAG.missing]: 'missing',
};

export function probeTable(profile: Profile, probe: Probe, unit: number): string[] {
  const rows = probe.points.map(({ point, words, judged }) => [
    point.parameter,
    registerText(profile, point),
    words === null ? '-' : words.map(hexWord).join(' '),
    valueText(point, judged),
    FLAG_WORDS[judged.flag],
    judged.reason ?? '',
  ]);
  const columns = [
    { title: 'point' },
    { title: 'register' },
    { title: 'raw' },
    { title: 'value', align: 'right' as const },
    { title: 'flag' },
    { title: 'reason' },
  ];
  const { text } = verdictOf(probe, unit);
  return [...formatTable(columns, rows), '', text.en, text.vi];
}

export function probeJson(profile: Profile, probe: Probe, unit: number): object {
  return {
    profile: profile.id,
    unit,
    verdict: verdictOf(probe, unit),
    identity: probe.identity,
    points: probe.points.map(({ point, words, judged }) => ({
      parameter: point.parameter,
      area: point.area,
      address: point.address,
      protocol_address: pointAddresses(profile, point)[0]?.address,
      raw: words,
      value: judged.value,
      unit: parameterOf(point.parameter).unit,
      flag: judged.flag,
      reason: judged.reason,
    })),
  };
}

/** First digit of the numbers that manuals with base one print: 40001 is the first holding register. */
const DIGIT: Readonly<Record<RegisterArea, number>> = { coil: 0, discrete: 1, input: 3, holding: 4 };

/** The register as the manual writes it, and how it may be written besides. */
export function registerText(profile: Profile, { area, address, ...point }: ProfilePoint): string {
  const bit = point.type === 'bit' && point.bit !== undefined ? ` bit ${point.bit}` : '';
  if (profile.address_base === 'one') return `${area} ${address} (${DIGIT[area] * 10_000 + address})${bit}`;
  if (profile.address_base === 'literal') return `${area} ${address}${bit}`;
  return `${area} ${address} (0x${hex(address)})${bit}`;
}

export const hex = (number: number): string => number.toString(16).toUpperCase().padStart(4, '0');

export const hexWord = (word: number): string => hex(word);

function valueText(point: ProfilePoint, { value }: Judged): string {
  if (value === null) return '-';
  const { unit } = parameterOf(point.parameter);
  return `${Number(value.toPrecision(7))} ${UNITS[unit].label}`.trimEnd();
}
