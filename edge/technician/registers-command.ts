/** `quantrac registers`. */
import type { AddressRange } from '../../devices/decode.ts';
import { UserFault } from '../../devices/kit/fault.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import { isParameter } from '../../devices/parameter.ts';
import type { RegisterArea } from '../../devices/profile.ts';
import { describeFault } from '../sources/source.ts';
import { parseExpected, rankDecodings } from './decodings.ts';
import { type EndpointFlags, endpointOf, endpointText } from './endpoint.ts';
import { forbiddenUnits, nameOf } from './identity.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { openSource } from './open.ts';
import { whyNotRead } from './permit.ts';
import { createProgress } from './progress.ts';
import { type RangeReading, readRange } from './registers.ts';
import { pointYaml, rankingTable, registersTable } from './registers-report.ts';
import { DEFAULT_SERIAL, parseSettings } from './serial.ts';

export interface RegistersFlags extends EndpointFlags {
  readonly settings?: string | undefined;
  readonly unit: number;
  readonly area: RegisterArea;
  readonly from: number;
  readonly count: number;
  readonly expect?: string | undefined;
  readonly parameter?: string | undefined;
  readonly profile?: string | undefined;
  readonly sure?: boolean | undefined;
  readonly timeout: number;
  readonly pause: number;
  readonly json?: boolean | undefined;
}

/** More than these are chance. */
const SHOWN = 8;
const HIGHEST = 65_535;

export async function runRegisters(flags: RegistersFlags, io: CommandIo): Promise<ExitCode> {
  const { area, unit } = flags;
  const asked = { area, address: flags.from, count: flags.count };
  if (flags.from + flags.count - 1 > HIGHEST)
    throw new UserFault(`--from and --count: the last register is ${HIGHEST}`);
  const expected = flags.expect === undefined ? null : expectedOf(flags.expect, area);
  const parameter = parameterOfFlag(flags.parameter);
  const whyNot = permitOf(flags);
  const refused = whyNot(asked);
  if (refused !== null) throw new UserFault(`these registers must not be read: ${refused}`);
  const [settings = DEFAULT_SERIAL] = parseSettings(flags.settings ?? DEFAULT_SERIAL, []);
  const line = endpointOf(flags, settings);

  const source = openSource(line, io.clock);
  const progress = createProgress(io.progress, io.clock.ticks);
  let reading: RangeReading;
  try {
    const readPart = (address: number, count: number) =>
      readRange({
        read: (request) => source.read(request),
        range: { area, address, count },
        unit,
        timeoutMs: flags.timeout,
        pause: () => io.clock.sleep(flags.pause, io.signal),
        onProgress: (done, total) => progress.update(done, total, `unit ${unit}, ${area}`),
      });
    reading = await readPart(asked.address, asked.count);
    if (expected !== null && reading.stopped === null) {
      // Apart from the range, so that a neighbour that is refused or silent does not spoil it.
      const registers = new Map(reading.registers);
      for (const [address, count] of neighbours(asked)) {
        if (whyNot({ area, address, count }) !== null) continue;
        for (const [at, word] of (await readPart(address, count)).registers) registers.set(at, word);
      }
      reading = { ...reading, registers };
    }
    progress.end();
  } finally {
    await source.stop();
  }

  const words = (address: number) => {
    const word = reading.registers.get(address);
    return typeof word === 'number' ? word : undefined;
  };
  const ranking = expected === null ? null : rankDecodings(words, asked, expected).slice(0, SHOWN);
  const read = [...reading.registers.values()].some((word) => typeof word === 'number');
  if (flags.json) {
    const registers = [...reading.registers]
      .sort(([a], [b]) => a - b)
      .map(([address, word]) =>
        typeof word === 'number' ? { address, raw: word } : { address, raw: null, reason: word },
      );
    io.say(JSON.stringify({ line: endpointText(line), unit, area, registers, decodings: ranking }));
  } else {
    io.say(`${endpointText(line)}, unit ${unit}, ${area}: ${asked.count} registers from ${asked.address}`);
    for (const row of registersTable(reading, asked)) io.say(row);
    if (reading.stopped !== null) io.say(`\nStopped: ${describeFault(reading.stopped)}.`);
    if (ranking !== null && read) sayRanking(ranking);
  }
  if (!read) return 1;
  return ranking !== null && ranking.length === 0 ? 1 : 0;

  function sayRanking(found: NonNullable<typeof ranking>): void {
    const [best] = found;
    io.say('');
    if (!best) {
      io.say(`No reading of these registers gives ${flags.expect}. Try a wider range, or the other area.`);
      io.say(
        `Không cách giải mã nào cho ra ${flags.expect}. Thử dải thanh ghi rộng hơn hoặc vùng khác (holding/input).`,
      );
      return;
    }
    io.say(
      `What gives ${flags.expect}, the likeliest first / Cách giải mã cho ra ${flags.expect}, khả năng cao nhất trước:`,
    );
    for (const row of rankingTable(found)) io.say(row);
    io.say('\nWatch the display change and read again before you trust it. To copy into a profile:');
    io.say('Chờ số trên màn hình thay đổi rồi đọc lại trước khi tin. Chép vào profile:\n');
    for (const row of pointYaml(area, best, parameter)) io.say(row);
  }
}

/** The register before the range and the two after it: a 32-bit value may begin in its last, or just behind it. */
function neighbours({ address, count }: { address: number; count: number }): [number, number][] {
  const after = Math.min(2, HIGHEST - (address + count) + 1);
  return [
    ...(address > 0 ? [[address - 1, 1] as [number, number]] : []),
    ...(after > 0 ? [[address + count, after] as [number, number]] : []),
  ];
}

function permitOf({ profile: id, unit, sure }: RegistersFlags): (range: AddressRange) => string | null {
  const profiles = loadProfiles();
  if (id !== undefined) {
    const profile = profiles.get(id);
    if (!profile) throw new UserFault(`--profile: there is no "${id}"`);
    return (range) => whyNotRead(profile, range);
  }
  const taboo = forbiddenUnits(profiles.values()).get(unit);
  if (taboo && !sure)
    throw new UserFault(
      `unit ${unit} may be ${nameOf(taboo)}, which takes foreign requests amiss: say --profile ${taboo.id} if it is, --sure if it is another device`,
    );
  return () => null;
}

function expectedOf(text: string, area: RegisterArea) {
  if (area === 'coil' || area === 'discrete') throw new UserFault(`--expect: a ${area} is only 0 or 1`);
  const expected = parseExpected(text);
  if (expected) return expected;
  throw new UserFault(
    `--expect: "${text}" must be a number as the display shows it, as 27.4, and not 0: wait until it shows something else`,
  );
}

function parameterOfFlag(id: string | undefined) {
  if (id === undefined) return null;
  if (isParameter(id)) return id;
  throw new UserFault(`--parameter: "${id}" is no known parameter`);
}
