/** A line as the settings have it: its instruments with their signals and faults, ready to be started. */

import { pointAddresses } from '../decode.ts';
import { UserFault } from '../kit/fault.ts';
import type { ParameterId } from '../parameter.ts';
import type { Profile, ProfileLookup } from '../profile.ts';
import { wiredPoints, wiringFaults } from '../wiring.ts';
import type { Fault } from './faults.ts';
import { fireIntensity, withFire } from './fire.ts';
import { createInstrument } from './instrument.ts';
import { type ModbusLine, startModbusLine } from './modbus-line.ts';
import { startPtyLine, startRtuTcpLine } from './rtu-line.ts';
import { serialSpeed } from './serial.ts';
import type { FieldSettings, LineSettings, Source } from './settings.ts';
import { createSignal, type Signal, type SignalContext } from './signal.ts';
import { checkFault, createUnit, type Unit } from './unit.ts';

export interface FieldLine {
  start(host: string, port: number, now: () => number, ended: (reason: string) => void): Promise<ModbusLine>;
  setFaults(unit: number, faults: readonly Fault[], now: number): void;
}

interface Member {
  readonly unit: Unit;
  readonly profile: Profile;
}

export function buildLine(
  settings: FieldSettings,
  line: LineSettings,
  profiles: ProfileLookup,
  context: SignalContext,
): FieldLine {
  const { startedAt } = context.clock;
  const fire = fireAt(settings, line, startedAt);
  const members = new Map<number, Member>();
  const setFaults = (id: number, faults: readonly Fault[], now: number): void => {
    const member = members.get(id);
    if (!member) throw new UserFault(`line "${line.id}": there is no unit ${id}`);
    for (const { kind } of faults) {
      const problem = checkFault(kind, member.profile, line.mode);
      if (problem !== null) throw new UserFault(`line "${line.id}": unit ${id}: ${problem}`);
    }
    member.unit.setFaults(faults, now);
  };
  for (const { profile: id, unit: given, points, channels, outputs, fault, faults } of line.instruments) {
    const model = profiles.get(id);
    if (!model) throw new UserFault(`line "${line.id}": there is no profile "${id}"`);
    const [miswired] = wiringFaults(model, channels ?? {});
    if (miswired)
      throw new UserFault(`line "${line.id}": channels.${miswired.path.join('.')}: ${miswired.message}`);
    const profile = { ...model, points: [...model.points, ...wiredPoints(model, channels ?? {})] };
    const unit = given ?? profile.link.unit;
    const input = outputs.find((coil) => isMeasured(profile, coil));
    if (input !== undefined)
      throw new UserFault(
        `line "${line.id}": unit ${unit}: outputs: coil ${input} is measured, it is no output`,
      );
    if (members.has(unit)) throw new UserFault(`line "${line.id}": two instruments have unit id ${unit}`);
    const signals = new Map<ParameterId, Signal>();
    for (const [parameter, signal] of signalsOf(points, context)) {
      if (!profile.points.some((point) => point.parameter === parameter))
        throw new UserFault(`line "${line.id}": profile "${id}" has no point "${parameter}"`);
      signals.set(parameter, (now) => withFire(parameter, signal(now), fire(now)));
    }
    members.set(unit, { unit: createUnit(profile, createInstrument(profile, signals), outputs), profile });
    setFaults(unit, fault ? [fault, ...faults] : faults, startedAt);
  }
  const units = new Map([...members].map(([id, { unit }]) => [id, unit]));
  return {
    setFaults,
    start: (host, port, now, ended) => {
      if (line.mode === 'tcp') return startModbusLine(host, port, units, now);
      const pace = line.paced ? serialSpeed(line.serial ?? '9600 8N1') : null;
      return line.mode === 'rtu'
        ? startPtyLine(line.path, { units, now, pace }, ended)
        : startRtuTcpLine(host, port, { units, now, pace });
    },
  };
}

const isMeasured = (profile: Profile, coil: number): boolean =>
  profile.points
    .flatMap((point) => pointAddresses(profile, point))
    .some(({ area, address, count }) => area === 'coil' && coil >= address && coil < address + count);

/** Intensity of the fire beside this line's instruments, over time. */
function fireAt(settings: FieldSettings, line: LineSettings, startedAt: number): (now: number) => number {
  const { lines, after_s } = settings.fire;
  if (settings.scenario !== 'fire' || !lines.includes(line.id)) return () => 0;
  return (now) => fireIntensity(now - startedAt - after_s * 1000, settings.speed);
}

export function signalsOf(
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
