/** Requests to a gateway that says when it is asked too often: they wait for as long as it says. */
import { UserFault } from '../../devices/kit/fault.ts';
import { retryAfterMs } from '../retry-after.ts';

/** Of one that says no time (RFC 9110, 10.2.3). */
const UNSAID_MS = 1000;
const MOST_MS = 5 * 60_000;
/** In a row, of one request: one that is refused for ever is told. */
const MOST_TRIES = 20;
/** A wait that a person at a screen takes for a fault. */
const NOTED_MS = 2000;

export interface Patience {
  /** Whole lines, for a person. */
  note(line: string): void;
  wait(ms: number): Promise<unknown>;
  readonly now: () => number;
}

/** `ask` again after each 429. */
export async function patiently(
  ask: () => Promise<Response>,
  { note, wait, now }: Patience,
): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await ask();
    if (response.status !== 429) return response;
    const ms = retryAfterMs(response.headers.get('retry-after') ?? undefined, now()) ?? UNSAID_MS;
    if (ms > MOST_MS || tries >= MOST_TRIES)
      throw new UserFault(
        `${response.url}: 429, asked too often: it wants to be asked again in ${Math.ceil(ms / 1000)} s, after ${tries} tries`,
      );
    await response.body?.cancel();
    if (ms > NOTED_MS) note(`the gateway is asked too often: going on in ${Math.ceil(ms / 1000)} s`);
    await wait(ms);
  }
}
