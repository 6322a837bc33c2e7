/** What the schema cannot see in a profile: whether it can be read, whether it is proved. Pure. */
import { createDecoder, pointAddresses } from '../../devices/decode.ts';
import { parameterOf } from '../../devices/parameter.ts';
import { examplePoints } from '../../devices/profile/example.ts';
import {
  overlaps,
  type Profile,
  type ProfilePoint,
  protocolAddress,
  REGISTER_AREAS,
} from '../../devices/profile.ts';
import { UNITS } from '../../devices/unit.ts';
import type { Remark } from './check-findings.ts';

/** Where 0 means "none of it" an absent sensor looks perfect; 0 °C and pH 0 look wrong enough. */
const hasNaturalZero = ({ unit, parameter }: ProfilePoint): boolean =>
  !['Cel', 'degF', 'pH'].includes(unit) && parameterOf(parameter).fail[0] <= 0;

export function checkProfile(profile: Profile): Remark[] {
  return [
    ...tooLarge(profile),
    ...sharedRegisters(profile),
    ...silentZeros(profile),
    ...unproved(profile),
    ...wrongExamples(profile),
  ];
}

function tooLarge({ link, ...profile }: Profile): Remark[] {
  return profile.points.flatMap((point, index) =>
    pointAddresses({ link, ...profile }, point)
      .filter(({ count }) => count > link.max_registers)
      .map(({ area, address, count }) => ({
        severity: 'fault' as const,
        path: ['points', index, 'type'],
        reason: `${area} ${address} needs ${count} registers in one request, and link.max_registers is ${link.max_registers}`,
      })),
  );
}

/** Two numbers cannot share a register; bits can, and a counter is often shown as a total besides. */
function sharedRegisters(profile: Profile): Remark[] {
  const numbers = profile.points.flatMap((point, index) => {
    const [own] = pointAddresses(profile, point);
    return own === undefined || point.type === 'bit' || point.counter ? [] : [{ point, index, own }];
  });
  return numbers.flatMap(({ point, index, own }, position) =>
    numbers.slice(0, position).flatMap(({ point: other, own: its }) => {
      if (!overlaps(own, its)) return [];
      const reason = `${point.parameter} (${own.area} ${point.address}) shares a register with ${other.parameter} (${other.address}): is an address or a type wrong?`;
      return [{ severity: 'warning' as const, path: ['points', index, 'address'], reason }];
    }),
  );
}

/** A missing sensor that reads as 0 looks like perfect air or a dry gauge. Floats have NaN to say it with. */
function silentZeros({ points }: Profile): Remark[] {
  const silent = points.filter(
    (point) =>
      point.type !== 'float32' &&
      point.type !== 'bit' &&
      point.counter === undefined &&
      point.valid_when === undefined &&
      point.sentinels.length === 0 &&
      hasNaturalZero(point),
  );
  if (silent.length === 0) return [];
  const names = silent
    .map(({ parameter, unit }) => `${parameter} (0 ${UNITS[unit].label || unit})`)
    .join(', ');
  const reason = `neither sentinels nor valid_when: a sensor that is not fitted would read as a true zero: ${names}`;
  return [{ severity: 'warning', path: ['points'], reason }];
}

function unproved({ points, examples }: Profile): Remark[] {
  return points.flatMap((point, index) => {
    const proved = examples.some(({ readings }) => {
      const reading = (readings as Record<string, { value: number | null } | undefined>)[point.parameter];
      // One look at a counter gives no rate, but shows that it is found.
      return reading !== undefined && (reading.value !== null || point.counter !== undefined);
    });
    if (proved) return [];
    const reason = `no example gives a value of ${point.parameter}: nothing shows that its address, type and scale are right`;
    return [{ severity: 'warning' as const, path: ['points', index, 'parameter'], reason }];
  });
}

/** Relative difference between the example and what is decoded, for values that were rounded when written down. */
const TOLERANCE = 1e-6;

function wrongExamples(profile: Profile): Remark[] {
  return profile.examples.flatMap((example, index) => {
    const { registers, readings } = example;
    const words = new Map<string, number>();
    for (const area of REGISTER_AREAS) {
      for (const [start, values] of Object.entries(registers[area] ?? {})) {
        for (const [offset, word] of values.entries())
          words.set(`${area} ${protocolAddress(profile, Number(start)) + offset}`, word);
      }
    }
    const decoded = createDecoder(profile, examplePoints(profile, example)).decode(
      (area, address) => words.get(`${area} ${address}`),
      0,
    );
    return Object.entries(readings).flatMap(([parameter, expected]) => {
      const path = ['examples', index, 'readings', parameter];
      const judged = decoded.find((entry) => entry.parameter === parameter)?.judged;
      if (!judged) return [{ severity: 'fault' as const, path, reason: `there is no point ${parameter}` }];
      if (!expected) return [];
      const { value, flag, reason } = expected as { value: number | null; flag: number; reason?: string };
      const same =
        judged.value === null || value === null
          ? judged.value === value
          : Math.abs(judged.value - value) <= TOLERANCE * Math.max(1, Math.abs(value));
      if (same && judged.flag === flag && (reason === undefined || reason === judged.reason)) return [];
      const got = `${judged.value}, flag ${judged.flag}${judged.reason === null ? '' : ` (${judged.reason})`}`;
      return [
        {
          severity: 'fault' as const,
          path,
          reason: `the example says ${value}, flag ${flag}; its registers give ${got}`,
        },
      ];
    });
  });
}
