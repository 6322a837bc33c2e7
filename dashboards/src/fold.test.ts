import { expect, test } from 'vitest';
import { fold } from './fold.ts';

test.each([
  ['Cẩm Lệ', 'cam le'],
  ['ĐÀ NẴNG', 'da nang'],
  ['Trường  Sa ', 'truong sa'],
  ['Quỳ Hợp', 'quy hop'],
  // Written with marks of their own, as a Mac does.
  ['Cẩm Lệ'.normalize('NFD'), 'cam le'],
  ['PM2.5', 'pm2.5'],
  ['مَحَطَّة', 'محطة'],
])('%s is searched as %s', (text, folded) => {
  expect(fold(text)).toBe(folded);
});
