/** The command `notify`: people and plans of a running gateway, over its API. */
import { z } from 'zod';
import type { SettingsSources } from '../../devices/kit/settings.ts';
import { noticeTestSchema, personSchema, planSchema } from '../../devices/wire/notify.ts';
import { connectApi } from '../api-client.ts';

type Say = (line: string) => void;

const peopleSchema = z.object({ people: z.array(personSchema) });
const plansSchema = z.object({ plans: z.array(planSchema) });

/** Answers whether each channel took it. */
export async function testPerson(sources: SettingsSources, id: string, say: Say): Promise<boolean> {
  const call = connectApi(sources, 'people', 'admin');
  const { channels } = await call(noticeTestSchema, `/${encodeURIComponent(id)}/test`, {});
  for (const { kind, said } of channels) say(`${id}: ${kind}: ${said}`);
  if (channels.length === 0) say(`${id}: has no channel`);
  return channels.length > 0 && channels.every(({ ok }) => ok);
}

export async function listPeople(sources: SettingsSources, json: boolean, say: Say): Promise<void> {
  const answer = await connectApi(sources, 'people', 'admin')(peopleSchema, '');
  if (json) return say(JSON.stringify(answer));
  for (const { id, name, language, channels, duty, enabled } of answer.people) {
    const hours =
      duty?.map(({ days, from, to }) => `${days.join(',')} ${from}-${to}`).join('; ') ?? 'always on duty';
    const kinds = channels.map(({ kind }) => kind).join(', ') || 'no channel';
    say([id, name, language, kinds, hours, ...(enabled ? [] : ['disabled'])].join('  '));
  }
  if (answer.people.length === 0) say('there are no people');
}

export async function listPlans(sources: SettingsSources, json: boolean, say: Say): Promise<void> {
  const answer = await connectApi(sources, 'notice-plans', 'admin')(plansSchema, '');
  if (json) return say(JSON.stringify(answer));
  for (const { id, areas, stations, kinds, least_level, steps, repeat_s, most_repeats } of answer.plans) {
    const where = [areas, stations, kinds].flatMap((names) => (names ? [names.join(', ')] : [])).join('; ');
    say(
      `${id}  ${least_level} or worse  ${where || 'everywhere'}  repeated every ${repeat_s} s, ${most_repeats} times a step`,
    );
    for (const { people, sirens, after_s } of steps) {
      const whom = [...people, ...sirens.map((station) => `siren of ${station}`)].join(', ');
      say(`  ${after_s === undefined ? 'at once' : `after ${after_s} s`}: ${whom}`);
    }
  }
  if (answer.plans.length === 0) say('there are no plans');
}
