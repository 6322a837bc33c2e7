import { afterEach, expect, test, vi } from 'vitest';
import { ApiFault, api, get, isAnswering } from './api.ts';

afterEach(() => vi.unstubAllGlobals());

const answers = (response: () => Response): void => {
  vi.stubGlobal('fetch', async () => response());
};
const faultOf = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

/** The head is there, and the line is lost before the body. */
const brokenOff = (): Response =>
  new Response(
    new ReadableStream({
      start: (body) => {
        body.enqueue(new TextEncoder().encode('{"stations": ['));
        body.error(new TypeError('network error'));
      },
    }),
  );

test.each([
  ['a body that breaks off', brokenOff],
  ['the page of a captive portal', () => new Response('<!doctype html><title>Wi-Fi</title>')],
])('%s is no answer of the gateway', async (_, response) => {
  answers(response);
  const fault = await faultOf(api.stations());
  expect(fault).toBeInstanceOf(ApiFault);
  expect(fault).toMatchObject({ kind: 'away', status: 0 });
  expect(await isAnswering()).toBe(false);
});

test('who gives a question up while its body is read hears of that, and of no fault', async () => {
  const giving = new AbortController();
  answers(() => {
    giving.abort();
    return brokenOff();
  });
  expect(await faultOf(get('/stations', {}, giving.signal))).not.toBeInstanceOf(ApiFault);
});

test.each([
  [408, 'failed'],
  [429, 'failed'],
  [503, 'failed'],
  [404, 'refused'],
  [401, 'unauthorised'],
])('%i is asked again only when it may pass', async (status, kind) => {
  answers(() => Response.json({ title: 'no' }, { status }));
  expect(await faultOf(api.stations())).toMatchObject({ kind, status, message: 'no' });
});

test('a gateway that refuses is there, one behind a proxy that waits for it is not', async () => {
  answers(() => Response.json({}, { status: 401 }));
  expect(await isAnswering()).toBe(true);
  answers(() => Response.json({}, { status: 502 }));
  expect(await isAnswering()).toBe(false);
});
