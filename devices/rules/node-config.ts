/**
 * What the nodes of flows are set to, as the editor of Node-RED writes it: read here, so that Node-RED and a rehearsal
 * understand the same. Numbers come as text, and an empty text means "not given". Pure.
 */
import { LIMIT_KINDS, type Limit, limitFields, limitSchema } from '../limit.ts';
import type { Live } from '../wire/messages.ts';
import { type Combine, combineSchema } from './combine.ts';
import { sentenceOf } from './sentence.ts';
import { type Sustain, sustainSchema } from './sustain.ts';

/** What a node `readings` lets pass; empty means any. */
export interface ReadingsConfig {
  readonly kind?: string;
  readonly station?: string;
  /** Name of an operating area, in either language. */
  readonly area?: string;
  readonly parameter?: string;
}

/** One live reading, as the nodes hand it on in `msg.payload`. */
export type LiveReading = Live['readings'][number] & Pick<Live, 'station' | 'kind' | 'area'>;

export function fitting(config: ReadingsConfig, live: Live): LiveReading[] {
  if (config.kind && config.kind !== live.kind) return [];
  if (config.station && config.station !== live.station) return [];
  if (config.area && !isNamed(config.area, live.area)) return [];
  const { station, kind, area } = live;
  return live.readings
    .filter(({ parameter }) => !config.parameter || config.parameter === parameter)
    .map((reading) => ({ station, kind, ...(area && { area }), ...reading }));
}

const isNamed = (name: string, area: Live['area']): boolean =>
  area !== undefined && [area.vi, area.en].some((known) => fold(known) === fold(name));

const fold = (name: string): string => name.trim().normalize('NFC').toLowerCase();

const WORDS = [
  ...['name', 'parameter', 'kind', 'level', 'quality', 'direction'],
  ...['standard', 'water', 'class'],
];

/** The limit of a node `limit`, or the sentence that says what is wrong with it. What the editor keeps of another kind does not count. */
export function readLimit(config: Readonly<Record<string, unknown>>): Limit | string {
  const { kind: word } = config;
  const kind = LIMIT_KINDS.find((known) => known === word);
  const fields = kind === undefined ? WORDS : limitFields(kind);
  const entries = fields.map((field) => [
    field,
    WORDS.includes(field) ? wordOf(config[field]) : numberOf(config[field]),
  ]);
  const result = limitSchema.safeParse({ ...Object.fromEntries(entries), when: whenOf(config) });
  return result.success ? result.data : sentenceOf(result.error);
}

/** Its own values, or those that an operator has set for this limit: one that is of another kind there is another limit. */
export const operatorsOwn = (own: Limit, set: readonly Limit[]): Limit =>
  set.find(
    ({ name, parameter, kind }) => name === own.name && parameter === own.parameter && kind === own.kind,
  ) ?? own;

/** The editor has a field for each end. */
function whenOf(config: Readonly<Record<string, unknown>>): unknown {
  const span = (name: string): unknown => {
    const from = numberOf(config[`${name}_from`]);
    const to = numberOf(config[`${name}_to`]);
    return from === undefined && to === undefined ? undefined : { from, to };
  };
  const [months, hours] = [span('months'), span('hours')];
  return months === undefined && hours === undefined ? undefined : { months, hours };
}

/** The rule of a node `combine`, or the sentence that says what is wrong with it. */
export function readCombine(config: Readonly<Record<string, unknown>>): Combine | string {
  const { name, parameter, level, of } = config;
  const result = combineSchema.safeParse({
    name: wordOf(name),
    parameter: wordOf(parameter),
    level: wordOf(level),
    needed: numberOf(config.needed),
    of: wordOf(of),
    critical_from: numberOf(config.critical_from),
    within_m: numberOf(config.within_m),
    within_s: numberOf(config.within_s),
  });
  return result.success ? result.data : sentenceOf(result.error);
}

/** The rule of a node `sustain`, or the sentence that says what is wrong with it. */
export function readSustain(config: Readonly<Record<string, unknown>>): Sustain | string {
  const result = sustainSchema.safeParse({
    name: wordOf(config.name),
    level: wordOf(config.level),
    hold_s: numberOf(config.hold_s),
    clear_hold_s: numberOf(config.clear_hold_s),
  });
  return result.success ? result.data : sentenceOf(result.error);
}

const wordOf = (field: unknown): unknown => (field === '' ? undefined : field);

function numberOf(field: unknown): unknown {
  if (typeof field !== 'string') return field ?? undefined;
  return field.trim() === '' ? undefined : Number(field);
}
