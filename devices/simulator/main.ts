/** The field: simulated instruments that replay recordings, each on a real socket. */
import { UserFault } from '../kit/fault.ts';
import { createLogger } from '../kit/log.ts';
import { loadProfiles } from '../kit/profiles.ts';
import type { Service } from '../kit/service.ts';
import { loadSettings, type SettingsSources } from '../kit/settings.ts';
import type { ParameterId } from '../parameter.ts';
import type { Profile } from '../profile.ts';
import { fireIntensity, withFire } from './fire.ts';
import { createInstrument, type SimulatedInstrument } from './instrument.ts';
import { type ModbusLine, startModbusLine } from './modbus-line.ts';
import { startMqttInstrument } from './mqtt-instrument.ts';
import { openRecordings } from './recordings.ts';
import { type FieldSettings, fieldSettingsSchema, type Source } from './settings.ts';
import { createSignal, type Signal, type SignalContext } from './signal.ts';

export type FieldService = Service & { readonly ready: { readonly lines: Record<string, number> } };

type Line = FieldSettings['lines'][number];

/** Returns when every line listens; `ready.lines` says on which port. */
export async function startField(
  sources: SettingsSources,
  now: () => number = Date.now,
): Promise<FieldService> {
  const settings = loadSettings(fieldSettingsSchema, sources);
  const log = createLogger('field', settings.log_level);
  const profiles = loadProfiles();
  const context: SignalContext = {
    recordings: openRecordings(),
    clock: { startedAt: now(), speed: settings.speed },
    random: Math.random,
  };

  const field = settings.lines.map((line) => ({
    id: line.id,
    port: line.port,
    units: unitsOf(line, profiles, context, fireAt(settings, line, context.clock.startedAt)),
  }));
  const lines = new Map<string, ModbusLine>();
  const stopLines = () => Promise.all([...lines.values()].map((line) => line.stop()));
  try {
    for (const [index, { id, port: given, units }] of field.entries()) {
      const port = given ?? (settings.base_port === 0 ? 0 : settings.base_port + index);
      lines.set(id, await startModbusLine(settings.host, port, units, now));
    }
  } catch (error) {
    await stopLines();
    throw error;
  }

  const { url, password } = settings.mqtt;
  if (url === undefined && settings.mqtt_instruments.length > 0)
    log.info('no broker set: MQTT instruments are silent');
  const publishers = (url === undefined ? [] : settings.mqtt_instruments).map((instrument) =>
    startMqttInstrument({
      settings: instrument,
      signals: signalsOf(instrument.points, context),
      url: url ?? '',
      password,
      now,
      log: log.child({ station: instrument.station.id }),
    }),
  );
  log.info({ lines: lines.size, speed: settings.speed, scenario: settings.scenario }, 'field started');

  return {
    ready: { lines: Object.fromEntries([...lines].map(([id, line]) => [id, line.port])) },
    stop: async () => {
      await Promise.all([...publishers.map((publisher) => publisher.stop()), stopLines()]);
    },
  };
}

/** Intensity of the fire beside this line's instruments, over time. */
function fireAt(settings: FieldSettings, line: Line, startedAt: number): (now: number) => number {
  const { lines, after_s } = settings.fire;
  if (settings.scenario !== 'fire' || !lines.includes(line.id)) return () => 0;
  return (now) => fireIntensity(now - startedAt - after_s * 1000, settings.speed);
}

function unitsOf(
  line: Line,
  profiles: ReadonlyMap<string, Profile>,
  context: SignalContext,
  fire: (now: number) => number,
): Map<number, SimulatedInstrument> {
  const units = new Map<number, SimulatedInstrument>();
  for (const { profile: id, unit: given, points } of line.instruments) {
    const profile = profiles.get(id);
    if (!profile) throw new UserFault(`line "${line.id}": there is no profile "${id}"`);
    const unit = given ?? profile.link.unit;
    if (units.has(unit)) throw new UserFault(`line "${line.id}": two instruments have unit id ${unit}`);
    const signals = new Map<ParameterId, Signal>();
    for (const [parameter, signal] of signalsOf(points, context)) {
      if (!profile.points.some((point) => point.parameter === parameter))
        throw new UserFault(`line "${line.id}": profile "${id}" has no point "${parameter}"`);
      signals.set(parameter, (now) => withFire(parameter, signal(now), fire(now)));
    }
    units.set(unit, createInstrument(profile, signals));
  }
  return units;
}

function signalsOf(
  points: Readonly<Record<string, Source | undefined>>,
  context: SignalContext,
): Map<ParameterId, Signal> {
  const signals = new Map<ParameterId, Signal>();
  for (const [key, source] of Object.entries(points)) {
    const parameter = key as ParameterId;
    if (source) signals.set(parameter, createSignal(source, parameter, context));
  }
  return signals;
}
