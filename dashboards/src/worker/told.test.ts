import { expect, test } from 'vitest';
import { toldBy } from './told.ts';

const told = (payload: object) => toldBy(JSON.stringify(payload));

test('one alert leads to its page, and news of it takes the place of what was told before', () => {
  const { title, options } = told({
    id: '12-3',
    level: 'critical',
    title: 'Cháy',
    text: 'Khói',
    alert: '41',
  });
  expect(title).toBe('Cháy');
  expect(options).toMatchObject({
    body: 'Khói',
    tag: 'alert-41',
    requireInteraction: true,
    data: { hash: '#/alerts/41' },
  });
});

test('several alerts lead to the list', () => {
  const { options } = told({ id: '12-3', level: 'notice', title: 'Ba cảnh báo', text: 'a\nb\nc' });
  expect(options).toMatchObject({ tag: '12-3', requireInteraction: false, data: { hash: '#/alerts' } });
});

test.each([null, '', 'not json', '[]', '7', '{"title":7,"text":""}', '{"alert":"../../elsewhere"}'])(
  'what cannot be read is shown as well, and leads nowhere else: %s',
  (text) => {
    const { title, options } = toldBy(text);
    expect([title, options.data.hash]).toEqual(['Quantrac', '#/alerts']);
    expect(options.body).not.toBe('');
  },
);
