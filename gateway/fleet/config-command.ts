/** `quantrac fleet`: configurations of edges from the command line, over the API of a gateway that runs. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { configText, isSettings, splitEdgeFile } from '../../devices/edge-config.ts';
import { describeChange } from '../../devices/edge-config-changes.ts';
import { UserFault } from '../../devices/kit/fault.ts';
import type { SettingsSources } from '../../devices/kit/settings.ts';
import { readYaml } from '../../devices/kit/yaml-file.ts';
import { VIETNAM_AHEAD_MS } from '../../devices/local-time.ts';
import {
  type ConfigCheck,
  type ConfigVersion,
  configCheckSchema,
  configVersionAnswerSchema,
  edgeConfigAnswerSchema,
  type RolloutAnswer,
  rolloutAnswerSchema,
} from '../../devices/wire/fleet-config.ts';
import { nameSchema } from '../../devices/word.ts';
import { type ApiCall, apiCall, connectApi } from '../api-client.ts';

export interface FleetIo {
  say(line: string): void;
  /** Whether a person agrees. */
  ask(question: string): Promise<boolean>;
}

/** At an address, or where the settings say that the gateway listens; the token comes from QUANTRAC_TOKEN. */
export function fleetApi(url: string | undefined, sources: SettingsSources): ApiCall {
  if (url === undefined) return connectApi(sources, '', 'technician');
  const token = sources.env?.QUANTRAC_TOKEN;
  if (token === undefined)
    throw new UserFault('environment variable QUANTRAC_TOKEN: a token with the role technician is needed');
  return apiCall(`${url.replace(/\/$/, '')}/api/v1/`, token);
}

export async function showEdge(call: ApiCall, edge: string, { say }: Pick<FleetIo, 'say'>): Promise<void> {
  const { running, wanted, versions } = await call(edgeConfigAnswerSchema, `edges/${edge}/config`);
  if (running === null) say(`${edge} has not told its configuration yet`);
  else say(`${edge} runs version ${running.version}${running.local ? ', changed at the cabinet' : ''}`);
  if (wanted !== null) say(`version ${wanted.version} ${STATE_WORDS[wanted.state]}`);
  for (const line of versions.map(versionLine)) say(line);
}

export async function showVersion(
  call: ApiCall,
  edge: string,
  version: number,
  { say }: Pick<FleetIo, 'say'>,
): Promise<void> {
  const answer = await call(configVersionAnswerSchema, `edges/${edge}/config/versions/${version}`);
  say(versionLine(answer));
  for (const change of answer.changes) say(`  ${describeChange(change)}`);
  say('');
  say(answer.text.trimEnd());
}

export async function checkEdge(
  call: ApiCall,
  edge: string,
  file: string,
  { say }: Pick<FleetIo, 'say'>,
): Promise<boolean> {
  return tellCheck(edge, await checked(call, edge, readConfig(file).config), say);
}

export interface PushOptions {
  readonly files: readonly string[];
  readonly canary: number;
  readonly trialS: number;
  readonly yes: boolean;
}

/** False when it was stopped, refused by the person or by the checks. */
export async function push(call: ApiCall, options: PushOptions, io: FleetIo): Promise<boolean> {
  const edges = options.files.map((file) => {
    const { id, config } = readConfig(file);
    if (id === null) throw new UserFault(`${file}: id: the edge that it is for is missing`);
    return { edge: id, config };
  });
  let good = true;
  for (const { edge, config } of edges)
    good = tellCheck(edge, await checked(call, edge, config), io.say) && good;
  if (!good) return false;
  const { canary, trialS } = options;
  const question = `Roll out to ${edges.length} edges, the first ${Math.min(canary, edges.length)} alone, each ${trialS} s on trial?`;
  if (!options.yes && !(await io.ask(question))) return false;
  return follow(
    call,
    await call(rolloutAnswerSchema, 'rollouts', { edges, canary, trial_s: trialS }),
    io.say,
  );
}

export async function rollBack(
  call: ApiCall,
  { edge, version, trialS, yes }: { edge: string; version: number; trialS: number; yes: boolean },
  io: FleetIo,
): Promise<boolean> {
  const { text } = await call(configVersionAnswerSchema, `edges/${edge}/config/versions/${version}`);
  if (!tellCheck(edge, await checked(call, edge, text), io.say)) return false;
  if (!yes && !(await io.ask(`Go back to version ${version} of ${edge}, ${trialS} s on trial?`)))
    return false;
  const body = { version, trial_s: trialS };
  return follow(call, await call(rolloutAnswerSchema, `edges/${edge}/config/rollback`, body), io.say);
}

export async function stopRollout(call: ApiCall, id: number, { say }: Pick<FleetIo, 'say'>): Promise<void> {
  tellSteps(await call(rolloutAnswerSchema, `rollouts/${id}/stop`, {}), new Map(), say);
}

const ASK_EVERY_MS = 1000;

/** Tells each change until it is over. */
async function follow(call: ApiCall, begun: RolloutAnswer, say: FleetIo['say']): Promise<boolean> {
  say(`rollout ${begun.id}; it goes on when this command ends (quantrac fleet stop ${begun.id} stops it)`);
  const told = new Map<string, string>();
  let answer = begun;
  for (;;) {
    tellSteps(answer, told, say);
    if (answer.state !== 'running') break;
    await delay(ASK_EVERY_MS);
    answer = await call(rolloutAnswerSchema, `rollouts/${begun.id}`);
  }
  say(answer.state === 'done' ? 'all have kept it' : `stopped: ${answer.reason}`);
  return answer.state === 'done';
}

function tellSteps({ steps }: RolloutAnswer, told: Map<string, string>, say: FleetIo['say']): void {
  for (const { edge, version, state, reason } of steps) {
    if (told.get(edge) === state) continue;
    told.set(edge, state);
    if (state !== 'waiting')
      say(`${edge}${version === null ? '' : ` version ${version}`}: ${STATE_WORDS[state]}${because(reason)}`);
  }
}

const STATE_WORDS: Readonly<Record<RolloutAnswer['steps'][number]['state'], string>> = {
  waiting: 'waits for its turn',
  wanted: 'waits for the edge',
  trial: 'is on trial',
  kept: 'is kept',
  refused: 'was refused',
  taken_back: 'was taken back by the edge',
  expired: 'was not begun in time',
  withdrawn: 'was withdrawn',
  untouched: 'was left untouched',
};
const because = (reason: string | null): string => (reason === null ? '' : `: ${reason}`);

/** Vietnamese time. */
const momentText = (at: number): string =>
  new Date(at + VIETNAM_AHEAD_MS).toISOString().slice(0, 16).replace('T', ' ');

const versionLine = ({ version, at, by, state, reason }: ConfigVersion): string =>
  `version ${version}  ${momentText(at)}  ${by}  ${STATE_WORDS[state]}${because(reason)}`;

/** The gateway checks so many a minute: of more files the rest waits. */
async function checked(call: ApiCall, edge: string, config: string): Promise<ConfigCheck> {
  for (;;) {
    try {
      return await call(configCheckSchema, `edges/${edge}/config/check`, { config });
    } catch (error) {
      if (!(error instanceof UserFault && error.message.startsWith('429:'))) throw error;
      await delay(ASK_EVERY_MS);
    }
  }
}

/** Whether it can go. */
function tellCheck(edge: string, { changes, faults, lines }: ConfigCheck, say: FleetIo['say']): boolean {
  say(`${edge}: ${changes.length === 0 ? 'nothing changes' : `${changes.length} changes`}`);
  for (const change of changes) say(`  ${describeChange(change)}`);
  for (const { line, before, after } of lines)
    if (before !== after) say(`  line ${line} needs ${percent(after)} of its time (now ${percent(before)})`);
  for (const fault of faults) say(`  fault: ${fault}`);
  return faults.length === 0;
}

const percent = (part: number | null): string => (part === null ? 'nothing' : `${Math.round(100 * part)} %`);

/** Of an edge file, without what is the box's own: passwords never leave this machine. */
function readConfig(file: string): { readonly id: string | null; readonly config: string } {
  const { value } = readYaml(file);
  if (!isSettings(value)) throw new UserFault(`${file}: must be an edge file`);
  const { own, config } = splitEdgeFile(value);
  const id = z.optional(nameSchema).safeParse(own.settings.id);
  if (!id.success) throw new UserFault(`${file}: id: must be the name of an edge`);
  return { id: id.data ?? null, config: configText(config) };
}
