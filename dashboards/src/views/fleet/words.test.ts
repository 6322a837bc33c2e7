import { expect, test } from 'vitest';
import { daysWords, instrumentWords, refusedWords } from './words.ts';

test('why something was refused is told in Vietnamese where it is known, with what the device wrote as it is', () => {
  expect(refusedWords('unknown parameter "<script>alert(1)</script>"', 'vi')).toBe(
    'Thông số lạ “<script>alert(1)</script>”',
  );
  expect(refusedWords('unit "Cel" does not fit pm2_5, which is in ug/m3', 'vi')).toBe(
    'Đơn vị “Cel” không hợp với pm2_5, vốn tính bằng ug/m3',
  );
  expect(refusedWords('unknown station "x": hop-1 has not announced it in its inventory', 'vi')).toContain(
    '“x”',
  );
  expect(refusedWords('something new', 'vi')).toBeNull();
  expect(refusedWords('unknown parameter "radon"', 'en')).toBeNull();
});

test('the fault of an instrument has the words of a missing reading', () => {
  expect(instrumentWords('no answer within 500 ms', 'vi')).toBe('thiết bị không trả lời trong 500 ms');
  expect(instrumentWords('exception 2', 'vi')).toBe('exception 2');
});

test('days of duty on end are a span, others are named', () => {
  expect(daysWords(['mon', 'tue', 'wed', 'thu', 'fri'], 'vi')).toBe('thứ hai đến thứ sáu');
  expect(daysWords(['fri', 'wed', 'thu'], 'en')).toBe('Wed to Fri');
  expect(daysWords(['mon', 'wed', 'fri'], 'en')).toBe('Mon, Wed, Fri');
  expect(daysWords(['sat', 'sun'], 'en')).toBe('Sat, Sun');
  expect(daysWords(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], 'vi')).toBe('mọi ngày');
});
