/** What the national standard says of a mean, as the gateway told it with the newest value: a line that nobody can move. */
import { language, local } from '../../i18n.ts';
import { useAnswer } from '../../use-answer.ts';
import { derivedAt, type Limit } from './calls.ts';
import { exactWithUnit } from './number.ts';

interface Fixed {
  readonly value: number;
  readonly name: string;
}

export function useFixed(station: string, limit: Limit | null): Fixed[] {
  const parameter = limit?.kind === 'standard' ? limit.parameter : null;
  const asked = useAnswer(
    async (signal) => (parameter === null ? null : await derivedAt(station, signal)),
    [station, parameter, language.value],
  );
  const answer = asked.answer.value;
  if (parameter === null || answer.kind !== 'ready' || answer.value === null) return [];
  const row = answer.value.values.find((value) => value.parameter === parameter)?.limit;
  return row
    ? [{ value: row.value, name: `${local(row.clause)}: ${exactWithUnit(row.value, parameter)}` }]
    : [];
}
