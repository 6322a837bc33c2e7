/** `quantrac scan`. */
import { type AddressRange, pointAddresses } from '../../devices/decode.ts';
import { fingerprintAddresses } from '../../devices/fingerprint.ts';
import { UserFault } from '../../devices/kit/fault.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import { fixedBlocks, type Profile, serialSettings } from '../../devices/profile.ts';
import { type EndpointFlags, endpointOf, endpointText } from './endpoint.ts';
import { forbiddenUnits, hasFingerprint, identify, nameOf } from './identity.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { openSource } from './open.ts';
import { createProgress, duration } from './progress.ts';
import { scan } from './scan.ts';
import { scanTable, scanVerdict } from './scan-report.ts';
import { DEFAULT_SERIAL, parseSettings } from './serial.ts';
import { parseUnits, USUAL_UNITS } from './units.ts';

export interface ScanFlags extends EndpointFlags {
  readonly settings?: string | undefined;
  readonly units?: string | undefined;
  readonly profile?: string | undefined;
  readonly timeout: number;
  readonly pause: number;
  readonly json?: boolean | undefined;
}

/** A read of one input register at 0 is the only request that even a device closed to all others permits (IPES). */
const HARMLESS: AddressRange = { area: 'input', address: 0, count: 1 };

export async function runScan(flags: ScanFlags, io: CommandIo): Promise<ExitCode> {
  const profiles = loadProfiles();
  const forbidden = forbiddenUnits(profiles.values());
  const wanted = flags.profile === undefined ? null : profileOfFlag(flags.profile, profiles);
  const request = wanted ? ownRequest(wanted) : HARMLESS;
  const units = unitsOf(flags.units, forbidden, wanted);
  const settings =
    flags.serial === undefined
      ? [null]
      : parseSettings(flags.settings ?? settingsOf(wanted), profiles.values());
  if (flags.settings !== undefined && flags.serial === undefined)
    throw new UserFault('--settings belongs to --serial: others have theirs set at the gateway or bridge');
  const line = endpointOf(flags, DEFAULT_SERIAL);
  const where = line.mode === 'rtu' ? line.path : endpointText(line);

  const total = units.length * settings.length;
  const longestMs = total * (flags.timeout + flags.pause);
  const progress = createProgress(io.progress, io.clock.ticks);
  if (!flags.json) {
    io.say(`${where}: ${total} requests, one a unit, ${duration(longestMs)} at most`);
    for (const [unit, profile] of forbidden) {
      if (units.includes(unit) || !asWished(flags.units).includes(unit)) continue;
      io.say(`unit ${unit} is left out: it may be ${nameOf(profile)}, which must not be scanned`);
    }
  }
  const result = await scan({
    settings,
    units,
    request,
    forbidden,
    timeoutMs: flags.timeout,
    pauseMs: flags.pause,
    clock: io.clock,
    signal: io.signal,
    open: (setting) => {
      const source = openSource(endpointOf(flags, setting ?? DEFAULT_SERIAL), io.clock);
      return { read: (asked) => source.read(asked), close: () => source.stop() };
    },
    identify: (unit, ask) => identify(unit, wanted ? [wanted] : [...profiles.values()], ask),
    recognise: (words) =>
      [...profiles.values()].find(
        (profile) =>
          profile.scan === 'forbidden' &&
          hasFingerprint(profile, (area, address) =>
            area === request.area ? words[address - request.address] : undefined,
          ),
      ) ?? null,
    onProgress: progress.update,
  });
  progress.end();
  const fingerprints = [...profiles.values()].some(({ fingerprint }) => fingerprint.length > 0);
  if (flags.json) io.say(JSON.stringify({ line: where, ...result }));
  else {
    for (const line of scanTable(result, { fingerprints, wanted: wanted?.id ?? null })) io.say(line);
    const { vi, en } = scanVerdict(result);
    io.say(en);
    io.say(vi);
  }
  return result.found.length > 0 && result.stopped === null ? 0 : 1;
}

function profileOfFlag(id: string, profiles: ReadonlyMap<string, Profile>): Profile {
  const profile = profiles.get(id);
  if (!profile) throw new UserFault(`--profile: there is no "${id}"`);
  if (profile.scan === 'forbidden')
    throw new UserFault(`--profile: ${nameOf(profile)} must not be scanned; probe it alone`);
  return profile;
}

/** Some instruments are silent on every register but their own (Yosemitech). */
function ownRequest(profile: Profile): AddressRange {
  const [print] = fingerprintAddresses(profile);
  const [block] = fixedBlocks(profile);
  const [point] = profile.points.flatMap((own) => pointAddresses(profile, own));
  return print ?? block ?? point ?? HARMLESS;
}

/** Only the harmless request, and only when it is asked for, goes to a place where a forbidden device may stand. */
function unitsOf(
  text: string | undefined,
  forbidden: ReadonlyMap<number, Profile>,
  wanted: Profile | null,
): number[] {
  const units = asWished(text);
  return text !== undefined && wanted === null ? units : units.filter((unit) => !forbidden.has(unit));
}

const asWished = (text: string | undefined): number[] => parseUnits(text ?? USUAL_UNITS);

function settingsOf(wanted: Profile | null): string {
  const known = wanted ? serialSettings(wanted) : [];
  return known.length > 0 ? known.join(',') : DEFAULT_SERIAL;
}
