import { expect, test } from 'vitest';
import { readAudit } from './audit.ts';

test('faults of high severity are named, lesser ones are not, and no answer is no fault', () => {
  const vulnerabilities = {
    a: { name: 'a', severity: 'critical' },
    b: { name: 'b', severity: 'moderate' },
    c: { name: 'c', severity: 'high' },
  };
  const answer = { vulnerabilities, metadata: { vulnerabilities: { total: 3 } } };
  expect(readAudit(JSON.stringify(answer))).toEqual({ kind: 'answer', faults: ['a: critical', 'c: high'] });
  expect(readAudit('{"message":"405 Method Not Allowed","error":{"summary":""}}')).toEqual({
    kind: 'no answer',
  });
  expect(readAudit('')).toEqual({ kind: 'no answer' });
});
