/** `quantrac rehearse`: over the API of a gateway that runs, or here on a recording. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { UserFault } from '../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../devices/kit/settings.ts';
import { loadYaml } from '../devices/kit/yaml-file.ts';
import { dayBounds, dayOf } from '../devices/local-time.ts';
import { openRecordings } from '../devices/simulator/recordings.ts';
import {
  type RehearsalAnswer,
  type RehearsalOutcome,
  rehearsalAnswerSchema,
} from '../devices/wire/rehearsal.ts';
import type { StationKind } from '../devices/word.ts';
import { DEFAULT_ALERT_SETTINGS } from './alerts/settings.ts';
import { addressOf, apiCall } from './api-client.ts';
import { recordedStations } from './rehearsal/recorded-stations.ts';
import { readingsOfRecording, readingsOfText } from './rehearsal/recording-file.ts';
import { type Outcomes, rehearse } from './rehearsal/rehearse.ts';
import { readyRule, type WantedRule, wantedRuleSchema } from './rehearsal/wanted.ts';
import { gatewaySettingsSchema } from './settings.ts';

export interface RehearseOptions {
  /** File with `limits:`, or a flows.json. */
  readonly rule?: string | undefined;
  readonly shipped?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly station: readonly string[];
  /** Vietnamese days, `to` with its whole day, or ISO times. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly url?: string | undefined;
  readonly recording?: string | undefined;
  /** Beside a recording: the rule to compare with, and what kind its stations are of. */
  readonly present?: string | undefined;
  readonly kind: StationKind;
}

interface Output {
  /** Whole lines. */
  say(line: string): void;
  /** One line that is written over. */
  progress(text: string): void;
}

const ASK_EVERY_MS = 300;

export async function runRehearse(
  options: RehearseOptions,
  sources: SettingsSources,
  output: Output,
): Promise<void> {
  if ((options.rule === undefined) === (options.shipped !== true))
    throw new UserFault('rehearse: give either --rule, a file, or --shipped, the flows that ship');
  const rule = options.rule === undefined ? ({ shipped: true } as const) : readRule(options.rule);
  const result =
    options.recording === undefined
      ? await overApi(options, sources, rule, output)
      : await offline(options, options.recording, rule, output);
  output.progress('');
  if (options.json) return output.say(JSON.stringify(result));
  for (const line of comparison(result)) output.say(line);
  for (const node of result.left_out) output.say(`not rehearsed: ${node}`);
}

type Result = Outcomes & Pick<RehearsalAnswer, 'left_out' | 'readings'>;

function readRule(file: string): WantedRule {
  const content = loadYaml(file, z.union([z.array(z.looseObject({})), z.looseObject({})]));
  if (Array.isArray(content)) return { flows: content };
  return loadYaml(file, wantedRuleSchema);
}

async function offline(
  { recording, kind, present, from, to }: RehearseOptions,
  name: string,
  rule: WantedRule,
  output: Output,
): Promise<Result> {
  const all = existsSync(name)
    ? readingsOfText(readFileSync(name, 'utf8'), name)
    : readingsOfRecording(openRecordings()(name), name);
  const begin = from === undefined ? Number.NEGATIVE_INFINITY : startOf(from);
  const end = to === undefined ? Number.POSITIVE_INFINITY : endOf(to);
  // As over the gateway: as if each had come at once.
  const readings = all
    .filter(({ at }) => at >= begin && at < end)
    .map((reading) => ({ ...reading, receivedAt: reading.at }))
    .sort((a, b) => a.at - b.at);
  const [first] = readings;
  const last = readings.at(-1);
  if (first === undefined || last === undefined)
    throw new UserFault(`${recording}: there are no readings in this time`);
  const stations = recordedStations(readings, kind);
  const ready = (wanted: WantedRule, file: string) => {
    const made = readyRule(wanted, stations, () => []);
    if (typeof made === 'string') throw new UserFault(`${file}: ${made}`);
    return made;
  };
  const tried = ready(rule, 'rule');
  const compared = present === undefined ? null : ready(readRule(present), present);
  const [start, stop] = [first.receivedAt, last.receivedAt + 1];
  const outcomes = await rehearse({
    stations,
    from: start,
    to: stop,
    rehearsed: tried.rule,
    present: compared?.rule ?? null,
    settings: DEFAULT_ALERT_SETTINGS,
    readings: [readings],
    onProgress: (at, count) => output.progress(progressText((at - start) / (stop - start), count)),
  });
  return { ...outcomes, left_out: [...tried.leftOut], readings: readings.length };
}

async function overApi(
  { station, from, to, url }: RehearseOptions,
  sources: SettingsSources,
  rule: WantedRule,
  output: Output,
): Promise<Result> {
  if (station.length === 0 || from === undefined || to === undefined)
    throw new UserFault(
      'rehearse: name the time and its stations by --station, --from and --to, or give --recording',
    );
  const call = connect(url, sources);
  let answer = await call('', {
    stations: station,
    from: startOf(from),
    to: Math.min(endOf(to), Date.now()),
    rule,
  });
  while (answer.state === 'running') {
    output.progress(progressText(answer.progress, answer.readings));
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    answer = await call(`/${answer.id}`);
  }
  const { rehearsed, present, left_out, readings } = answer;
  if (rehearsed === null) throw new UserFault(answer.fault ?? 'the rehearsal failed');
  return { rehearsed, present, left_out, readings };
}

function connect(url: string | undefined, sources: SettingsSources) {
  const { base, token } =
    url === undefined ? configured(sources) : { base: url, token: sources.env?.QUANTRAC_TOKEN };
  if (token === undefined)
    throw new UserFault('environment variable QUANTRAC_TOKEN: a token of an operator is needed');
  const call = apiCall(`${base.replace(/\/$/, '')}/api/v1/rehearsals`, token);
  return (path: string, body?: object): Promise<RehearsalAnswer> => call(rehearsalAnswerSchema, path, body);
}

function configured(sources: SettingsSources) {
  if (sources.file === undefined) throw new UserFault('rehearse: give --config, --url or --recording');
  const { http, token } = loadSettings(gatewaySettingsSchema, sources);
  return { base: addressOf(http), token };
}

function startOf(text: string): number {
  const at = dayBounds(text)?.from ?? Date.parse(text);
  if (Number.isNaN(at)) throw new UserFault(`"${text}" is no day like 2026-03-05 and no ISO time`);
  return at;
}
const endOf = (text: string): number => dayBounds(text)?.to ?? startOf(text);

const progressText = (share: number, readings: number): string =>
  `${Math.floor(share * 100)} % · ${readings} readings`;

const NONE = '–';
const hours = (seconds: number): string => (seconds / 3600).toFixed(1);
const moment = (at: number | null): string =>
  at === null ? NONE : `${dayOf(at)} ${new Date(at + 7 * 3_600_000).toISOString().slice(11, 16)}`;

/** Both rules side by side; Vietnamese time. */
function comparison({ rehearsed, present, readings }: Result): string[] {
  const both = [rehearsed, present];
  const row = (name: string, value: (outcome: RehearsalOutcome) => string): string[] => [
    name,
    ...both.map((outcome) => (outcome === null ? NONE : value(outcome))),
  ];
  const limits = [
    ...new Set(
      both.flatMap(
        (outcome) => outcome?.by_limit.map(({ parameter, limit }) => `${parameter}/${limit}`) ?? [],
      ),
    ),
  ];
  const rows = [
    [`${readings} readings`, 'rehearsed', 'present'],
    row('alerts', ({ alerts }) => String(alerts)),
    ...limits.map((key) =>
      row(`  ${key}`, ({ by_limit }) => {
        const found = by_limit.find(({ parameter, limit }) => `${parameter}/${limit}` === key);
        return found === undefined ? '0' : `${found.alerts} (${found.level})`;
      }),
    ),
    row('quiet', ({ quiet }) => String(quiet)),
    row('hours in all', ({ total_s }) => hours(total_s)),
    row('longest, hours', ({ longest_s }) => hours(longest_s)),
    row('most in 10 minutes', ({ storm }) =>
      storm === null ? '0' : `${storm.alerts} (${moment(storm.from)})`,
    ),
    row('first', ({ first_at }) => moment(first_at)),
    row('followed up to', ({ stopped_at }) => (stopped_at === null ? 'the end' : moment(stopped_at))),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
