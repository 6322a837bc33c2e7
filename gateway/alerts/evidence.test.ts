/** What a limit has compared reaches the alert as the API answers it: nothing of it is lost on the way. */
import { expect, test } from 'vitest';
import { initialLimitState, limitSchema, stepLimit, tickLimit } from '../../devices/limit.ts';
import { FLAG } from '../../devices/quality.ts';
import { alertAnswerSchema } from '../../devices/wire/api.ts';
import { alarmOf } from '../../devices/wire/limit-alarm.ts';
import { type Alarm, alarmSchema } from '../../devices/wire/messages.ts';
import { openAlert, reportOf } from './alert.ts';

const answered = alertAnswerSchema.pick({ evidence: true, no_data: true });

/** What the first of a series of values, ten minutes from one another, that raises the limit makes of its alert. */
function alertOf(fields: object, values: readonly number[]) {
  const limit = limitSchema.parse({ name: 'x', level: 'notice', ...fields });
  let state = initialLimitState;
  const from = Date.parse('2026-03-05T12:00:00+07:00');
  const alarms = values.flatMap((value, index): Alarm[] => {
    const step = stepLimit(limit, state, { at: from + index * 600_000, value, flag: FLAG.good });
    state = step.state;
    return step.kind === 'raised' ? [alarmOf('cau-rong', limit, step)] : [];
  });
  for (const second of [700, 760, 820]) {
    const step = tickLimit(limit, state, from + second * 1000);
    state = step.state;
    if (step.kind === 'raised') alarms.push(alarmOf('cau-rong', limit, step));
  }
  const alarm = alarmSchema.parse(JSON.parse(JSON.stringify(alarms[0])));
  const { evidence, no_data } = answered.parse(openAlert(reportOf(alarm, 'flows')).alert);
  return { ...evidence[0], no_data };
}

test('a standard: its value, and standard and clause in both languages', () => {
  expect(alertOf({ parameter: 'pm2_5_24h', kind: 'standard', standard: 'qcvn-05' }, [30, 48])).toMatchObject({
    value: 48,
    threshold: 45,
    unit: 'ug/m3',
    source: { vi: 'QCVN 05:2023/BTNMT, bảng 1', en: 'QCVN 05:2023/BTNMT, table 1' },
  });
  const lake = { kind: 'standard', standard: 'qcvn-08', water: 'lake', class: 'B' };
  expect(alertOf({ parameter: 'dissolved_oxygen', ...lake }, [4.2])).toMatchObject({
    value: 4.2,
    threshold: 5,
    source: { vi: 'QCVN 08:2023/BTNMT, bảng 3, mức B' },
  });
});

test('a rate: the change and the time within which it was', () => {
  expect(
    alertOf({ parameter: 'air_temperature', kind: 'rate', raise: 8, within_s: 1200 }, [30, 39]),
  ).toMatchObject({ value: 9, threshold: 8, unit: 'Cel', within_s: 1200 });
});

test('a silence: seconds, and that no data come', () => {
  expect(alertOf({ parameter: 'air_temperature', kind: 'stale', after_s: 60 }, [30])).toMatchObject({
    value: 60,
    threshold: 60,
    unit: 's',
    no_data: true,
  });
});

test('a limit with a value of its own has no source', () => {
  expect(alertOf({ parameter: 'pm2_5', kind: 'high', raise: 40 }, [48])).not.toHaveProperty('source');
});
