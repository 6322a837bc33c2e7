/** The instruments of an edge as commands find them, and why one may not be read or written so. */

import type { LinePlan } from '../../devices/line/line-plan.ts';
import { type CentreWrite, centreWrites, valueFault } from '../../devices/profile/write.ts';
import { fixedBlocks, type Profile } from '../../devices/profile.ts';
import type { EdgeFile } from '../../devices/station.ts';
import type { Order, Orders } from '../../devices/wire/fleet.ts';
import { whyNotRead } from '../technician/permit.ts';

type Read = Extract<Orders, { kind: 'read' }>;
type Write = Extract<Orders, { kind: 'write' }>;

export interface FieldLine {
  readonly id: string;
  readonly plans: readonly LinePlan[];
}

export interface Found {
  readonly line: string;
  readonly plan: LinePlan;
}

/** An instrument that is read over Modbus; a sentence when there is none of this name. */
export function findInstrument(
  lines: readonly FieldLine[],
  { station, instrument }: { readonly station: string; readonly instrument: string },
): Found | string {
  for (const { id, plans } of lines) {
    const plan = plans.find((one) => one.instrument === `${station}/${instrument}`);
    if (plan) return { line: id, plan };
  }
  return `there is no Modbus instrument "${instrument}" at ${station}`;
}

/** Why these registers may not be read by command, null when they may. */
export function readFault({ profile }: Pick<LinePlan, 'profile'>, orders: Read): string | null {
  const { table: area, address, count } = orders;
  const range = { area, address, count };
  if (address + count > 65_536) return 'there is no register after 65535';
  const why = whyNotRead(profile, range);
  if (why !== null) return `${area} ${address} to ${address + count - 1} may not be read: ${why}`;
  return shapeFault(profile, range);
}

function shapeFault(
  profile: Profile,
  {
    area,
    address,
    count,
  }: { readonly area: Read['table']; readonly address: number; readonly count: number },
): string | null {
  const { max_registers: most, even_start: even } = profile.link;
  const blocks = fixedBlocks(profile);
  const whole = blocks.some(
    (block) => block.area === area && block.address === address && block.count === count,
  );
  if (blocks.length > 0 && !whole)
    return `this model takes only the requests of its profile: ${blocks.map((one) => `${one.area} ${one.address} ${one.count}`).join(', ')}`;
  if (count > most) return `this model gives at most ${most} at once`;
  if (even && (address % 2 !== 0 || count % 2 !== 0)) return 'this model needs an even address and count';
  return null;
}

/** The write as its profile allows it, or why it may not be done. */
export function allowedWrite(
  { profile, unit }: Pick<LinePlan, 'profile' | 'unit'>,
  line: string,
  orders: Write,
  by: Order['by'],
  { stations }: Pick<EdgeFile, 'stations'>,
): CentreWrite | string {
  const write = centreWrites(profile).find(({ name }) => name === orders.write);
  if (write === undefined) return `profile ${profile.id} allows no write "${orders.write}" from the centre`;
  const wrong = valueFault(write, orders.value);
  if (wrong !== null) return wrong;
  // The centre asks for two by what the inventory said; what the profile says now decides.
  if (write.dangerous && new Set(by).size < 2) return `${write.name} is dangerous: two persons must want it`;
  const { area, address } = write.target;
  const siren = stations
    .flatMap((station) => station.sirens.map((one) => ({ ...one, station: station.id })))
    .find((one) => area === 'coil' && one.line === line && one.unit === unit && one.coil === address);
  return siren === undefined
    ? write
    : `${write.name} is the siren ${siren.station}/${siren.id}: alarms switch it`;
}
