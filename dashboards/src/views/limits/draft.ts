/** A limit while it is edited: fields as they are typed, and the limit that they make or what is wrong with them. Pure. */
import { type Language, MEASURED_IDS, parameterOf } from '../../../../devices/parameter.ts';
import type { TextKey } from '../../texts/texts.ts';
import type { Limit, LimitKind } from './calls.ts';

/** What is typed as a number, by kind; `clear` and the like may stay empty. */
const NUMBERS: Readonly<Record<LimitKind, readonly string[]>> = {
  high: ['raise', 'clear'],
  low: ['raise', 'clear'],
  outside: ['low', 'high', 'clear_low', 'clear_high'],
  rate: ['raise', 'clear'],
  deviation: ['raise', 'clear', 'mads', 'days', 'least_days'],
  stale: [],
  standard: [],
};
/** Lengths of time: a number with a unit of its own. */
const TIMES: Readonly<Record<LimitKind, readonly string[]>> = {
  high: ['hold_s', 'clear_hold_s'],
  low: ['hold_s', 'clear_hold_s'],
  outside: ['hold_s', 'clear_hold_s'],
  rate: ['within_s', 'hold_s', 'clear_hold_s'],
  deviation: ['hold_s', 'clear_hold_s'],
  stale: ['after_s', 'clear_hold_s'],
  standard: ['hold_s', 'clear_hold_s'],
};
const NEEDED: ReadonlySet<string> = new Set(['raise', 'low', 'high', 'within_s', 'after_s']);

export const LIMIT_KINDS = Object.keys(NUMBERS) as LimitKind[];
export const isTyped = (kind: LimitKind, field: string): boolean =>
  NUMBERS[kind].includes(field) || TIMES[kind].includes(field);

/** By the name of the field as the gateway has it; of a time also `{field}.unit`, seconds of one unit. */
export type Draft = Readonly<Record<string, string>> & { readonly kind: LimitKind };

export type Faults = Readonly<Record<string, TextKey>>;

export type Made =
  | { readonly kind: 'limit'; readonly limit: Limit }
  | { readonly kind: 'faulty'; readonly faults: Faults };

/** As a number is typed: no groups of thousands, the decimal sign of the language. */
export const typed = (value: number, language: Language): string =>
  language === 'vi' ? String(value).replace('.', ',') : String(value);

export type Typed = number | 'empty' | 'wrong' | 'ambiguous';

/** Both decimal signs are understood; what would be thousands in the language and a decimal in the other is asked about. */
export function parseTyped(text: string, language: Language): Typed {
  const trimmed = text.trim().replaceAll('−', '-');
  if (trimmed === '') return 'empty';
  const group = language === 'vi' ? '\\.' : ',';
  if (new RegExp(`^-?[1-9]\\d{0,2}${group}\\d{3}$`).test(trimmed)) return 'ambiguous';
  return /^-?\d{1,12}([.,]\d{1,9})?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : 'wrong';
}

/** The greatest unit that the time is a whole number of. */
const timeUnit = (seconds: number): number =>
  [3600, 60].find((unit) => seconds > 0 && seconds % unit === 0) ?? (seconds === 0 ? 60 : 1);

export function draftOf(limit: Limit, language: Language): Draft {
  const draft: Record<string, string> = {};
  for (const [field, value] of Object.entries(limit)) {
    if (TIMES[limit.kind].includes(field)) {
      const unit = timeUnit(value as number);
      draft[`${field}.unit`] = String(unit);
      draft[field] = value === 0 ? '' : typed((value as number) / unit, language);
    } else if (typeof value === 'number') draft[field] = typed(value, language);
    else if (typeof value === 'string') draft[field] = value;
  }
  const { when } = limit;
  if (when?.months) Object.assign(draft, spread('months', when.months));
  if (when?.hours) Object.assign(draft, spread('hours', when.hours));
  return { ...draft, kind: limit.kind };
}

const spread = (name: string, { from, to }: { from: number; to: number }): Record<string, string> => ({
  [`${name}.from`]: String(from),
  [`${name}.to`]: String(to),
});

export const emptyDraft = (parameter: string): Draft => ({
  kind: 'high',
  parameter,
  name: '',
  level: 'warning',
  quality: 'good',
  direction: 'both',
});

export function limitOf(draft: Draft, language: Language): Made {
  const { kind } = draft;
  const faults: Record<string, TextKey> = {};
  const fields: Record<string, unknown> = {
    ...{
      name: draft.name ?? '',
      parameter: draft.parameter,
      level: draft.level,
      quality: draft.quality,
      kind,
    },
  };
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(draft.name ?? '')) faults.name = 'limits.fault.name';
  const number = (field: string, needed = NEEDED.has(field)): number | undefined => {
    const value = parseTyped(draft[field] ?? '', language);
    if (typeof value === 'number') return value;
    if (value !== 'empty') faults[field] = `limits.fault.${value}`;
    else if (needed) faults[field] = 'limits.fault.missing';
    return undefined;
  };
  for (const field of NUMBERS[kind]) put(fields, field, number(field));
  for (const field of TIMES[kind]) {
    const value = number(field);
    put(fields, field, value === undefined ? undefined : value * Number(draft[`${field}.unit`] ?? 60));
  }
  if (kind !== 'stale') for (const field of ['needed', 'of']) put(fields, field, number(field, false));
  if (kind === 'rate' || kind === 'deviation') fields.direction = draft.direction ?? 'both';
  if (kind === 'standard')
    for (const field of ['standard', 'water', 'class']) put(fields, field, draft[field] || undefined);
  put(fields, 'when', whenOf(draft, faults));
  if (Object.keys(faults).length > 0) return { kind: 'faulty', faults };
  // The gateway has the last word on what its schema says; these are the fields that it knows.
  return { kind: 'limit', limit: withDefaults(fields) };
}

/** What the gateway puts in for what is left out, so that a draft that was not changed makes the same limit. */
function withDefaults(fields: Record<string, unknown>): Limit {
  const { kind } = fields;
  const defaults = {
    clear_hold_s: 0,
    ...(kind !== 'stale' && { hold_s: 0 }),
    ...(kind === 'deviation' && { mads: 0, days: 14, least_days: 5 }),
  };
  return { ...defaults, ...fields } as unknown as Limit;
}

function whenOf(draft: Draft, faults: Record<string, TextKey>): object | undefined {
  const span = (name: 'months' | 'hours'): object | undefined => {
    const [from, to] = [draft[`${name}.from`] ?? '', draft[`${name}.to`] ?? ''];
    if (from === '' && to === '') return undefined;
    if (from === '' || to === '') faults[name] = 'limits.fault.span';
    else if (name === 'hours' && from === to) faults[name] = 'limits.fault.sameHour';
    return { from: Number(from), to: Number(to) };
  };
  const [months, hours] = [span('months'), span('hours')];
  if (months === undefined && hours === undefined) return undefined;
  return { ...(months && { months }), ...(hours && { hours }) };
}

function put(fields: Record<string, unknown>, field: string, value: unknown): void {
  if (value !== undefined) fields[field] = value;
}

/** With station and parameter it is the key of the alert. */
export const keyOf = ({ parameter, name }: Pick<Limit, 'parameter' | 'name'>): string =>
  `${parameter}/${name}`;

/** A name that no other limit of the parameter has: `ph-low`, `ph-low-2`. */
export function freeName(parameter: string, kind: LimitKind, taken: readonly Limit[]): string {
  const base = `${parameter.replaceAll('_', '-')}-${kind}`;
  const isFree = (name: string): boolean => taken.every((other) => keyOf(other) !== `${parameter}/${name}`);
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (isFree(name)) return name;
  }
}

/** The one limit put into the others, in its old place or at the end; null takes it out. */
export function withLimit(limits: readonly Limit[], key: string | null, limit: Limit | null): Limit[] {
  const next = limits.flatMap((other) => (keyOf(other) === key ? (limit ? [limit] : []) : [other]));
  return limit !== null && !limits.some((other) => keyOf(other) === key) ? [...next, limit] : next;
}

/** Derived parameters that a limit at a station of this kind may be about, beside those of its instruments. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  air: [
    ...['vn_aqi', 'pm2_5_1h', 'pm2_5_24h', 'pm10_1h', 'pm10_24h', 'so2_1h', 'so2_24h', 'no2_1h', 'no2_24h'],
    ...['o3_1h', 'o3_8h', 'co_1h', 'co_8h'],
  ],
  water: ['vn_wqi'],
  weather: ['fire_p_index', 'fire_level', 'fwi'],
  fire: ['fire_p_index', 'fire_level', 'fwi'],
  traffic: ['traffic_density', 'level_of_service', 'congestion'],
};

export const derivedFor = (kind: string): readonly string[] => DERIVED[kind] ?? [];

export const isMeasured = (parameter: string): boolean =>
  (MEASURED_IDS as readonly string[]).includes(parameter);

/** The step of the arrow keys on a threshold. */
export const stepOf = (parameter: Limit['parameter']): number => 10 ** -parameterOf(parameter).decimals;
