/** What came as a value, turned into a judged value of the parameter. Pure. */
import type { MqttValue } from '../../devices/mqtt-instrument.ts';
import { type ParameterId, parameterOf } from '../../devices/parameter.ts';
import { blame, FLAG, type Judged, judgeGrossRange, missing } from '../../devices/quality.ts';
import { converter, isUnit, UNITS } from '../../devices/unit.ts';
import { type Sample, shown } from './message.ts';

/** Contacts are told in words as often as in numbers. */
const WORDS: Readonly<Record<string, number>> = { on: 1, true: 1, off: 0, false: 0 };

export function judgeSample({ parameter, raw, unit, absent, doubt }: Sample, mapping: MqttValue): Judged {
  if (absent !== undefined) return missing(absent);
  const number = numberOf(raw, parameter);
  if (typeof number === 'string') return missing(number);
  const judged = inParameterUnit(parameter, number * mapping.scale + mapping.offset, unit, mapping);
  return doubt && judged.value !== null ? blame(judged, doubt) : judged;
}

/** The number, or why there is none. */
function numberOf(raw: unknown, parameter: ParameterId): number | string {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : 'not a number';
  if (raw === null) return 'the instrument has no value (null)';
  const isContact = parameterOf(parameter).unit === '/';
  if (typeof raw === 'boolean') return isContact ? Number(raw) : `${raw} is no number`;
  if (typeof raw !== 'string') return `${shown(raw)} is no number`;
  const text = raw.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text)) return Number(text);
  const word = isContact ? WORDS[text.toLowerCase()] : undefined;
  return word ?? `${shown(raw)} is no number`;
}

function inParameterUnit(
  parameter: ParameterId,
  value: number,
  named: string | undefined,
  { unit, range }: MqttValue,
): Judged {
  const own = parameterOf(parameter).unit;
  const from = named ?? unit ?? own;
  if (!isUnit(from)) return missing(`unit ${shown(from)} is not known`);
  const convert = converter(from, own, parameter);
  if (convert === null) return missing(`unit ${from} cannot be turned into ${own}`);
  // Binary fractions add to decimal scales: 29 × 0.1 is 2.9.
  const gross = judgeGrossRange(parameter, Number(convert(value).toPrecision(12)));
  if (!range || gross.value === null || gross.flag === FLAG.fail) return gross;
  // The range is in the mapping's unit, the value perhaps in another that the message names.
  const inUnit =
    unit === undefined || unit === from ? value : (converter(from, unit, parameter)?.(value) ?? value);
  if (inUnit >= range[0] && inUnit <= range[1]) return gross;
  const label = UNITS[unit ?? from].label;
  const reason = `outside the instrument's range ${range[0]}..${range[1]}${label && ` ${label}`}`;
  return { value: gross.value, flag: FLAG.suspect, reason };
}
