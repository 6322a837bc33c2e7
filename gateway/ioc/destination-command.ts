/** The command `destination`: where a running gateway delivers to, over its API. */
import { z } from 'zod';
import type { SettingsSources } from '../../devices/kit/settings.ts';
import {
  deadLetterSchema,
  destinationAnswerSchema,
  destinationTestSchema,
  resentSchema,
} from '../../devices/wire/destination.ts';
import { connectApi } from '../api-client.ts';

type Say = (line: string) => void;

const listSchema = z.object({ destinations: z.array(destinationAnswerSchema) });
const lettersSchema = z.object({ letters: z.array(deadLetterSchema), next: z.int().nullable() });
/** Of an item in a line of text. */
const SHOWN_CHARACTERS = 200;

const connect = (sources: SettingsSources) => connectApi(sources, 'ioc/destinations', 'technician');
const time = (at: number): string => new Date(at).toISOString();

export async function listDestinations(sources: SettingsSources, json: boolean, say: Say): Promise<void> {
  const answer = await connect(sources)(listSchema, '');
  if (json) return say(JSON.stringify(answer));
  for (const {
    id,
    type,
    status,
    circuit,
    delivered,
    behind,
    stopped,
    error,
    dead_letters,
  } of answer.destinations) {
    const why = stopped ? `since ${time(stopped.at)}: ${stopped.reason}` : error;
    say(
      [
        `${id}  ${type}  ${status}${circuit === 'closed' ? '' : ` (circuit ${circuit})`}`,
        `delivered ${delivered}, ${behind} behind, ${dead_letters} dead letters`,
        ...(why === null ? [] : [why]),
      ].join('  '),
    );
  }
  if (answer.destinations.length === 0) say('the settings name no destination');
}

/** Answers whether the receiver was reached and took the test. */
export async function testDestination(sources: SettingsSources, id: string, say: Say): Promise<boolean> {
  const { ok, said } = await connect(sources)(destinationTestSchema, `/${encodeURIComponent(id)}/test`, {});
  say(`${id}: ${said}`);
  return ok;
}

export async function resumeDestination(sources: SettingsSources, id: string, say: Say): Promise<void> {
  const { delivered, behind } = await connect(sources)(
    destinationAnswerSchema,
    `/${encodeURIComponent(id)}/resume`,
    {},
  );
  say(`${id}: goes on after ${delivered}, ${behind} behind`);
}

export interface LetterOptions {
  /** Numbers of letters to send again or to discard; shows all when both are absent. */
  readonly resend?: number | undefined;
  readonly discard?: number | undefined;
  readonly json?: boolean | undefined;
}

/** Answers false when a letter that was sent again was not taken. */
export async function deadLetters(
  sources: SettingsSources,
  id: string,
  { resend, discard, json }: LetterOptions,
  say: Say,
): Promise<boolean> {
  const call = connect(sources);
  const root = `/${encodeURIComponent(id)}/dead-letters`;
  if (discard !== undefined) {
    await call(z.null(), `${root}/${discard}/discard`, {});
    say(`${id}: dead letter ${discard} discarded`);
  }
  if (resend !== undefined) {
    const { delivered, reason } = await call(resentSchema, `${root}/${resend}/resend`, {});
    say(`${id}: ${resend} ${delivered ? 'delivered' : `stays: ${reason}`}`);
    return delivered;
  }
  if (discard !== undefined) return true;
  let next: number | null = 0;
  let count = 0;
  while (next !== null) {
    const page: z.infer<typeof lettersSchema> = await call(lettersSchema, `${root}?after=${next}&limit=100`);
    for (const letter of page.letters)
      say(
        json
          ? JSON.stringify(letter)
          : `${letter.number}  ${time(letter.at)}  ${letter.reason}  ${JSON.stringify(letter.item).slice(0, SHOWN_CHARACTERS)}`,
      );
    count += page.letters.length;
    next = page.next;
  }
  if (!json) say(`${count} dead letters`);
  return true;
}
