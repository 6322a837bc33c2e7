/** What the shape of a profile cannot say: how its parts must fit together. Pure. */
import type { ProfileShape } from '../profile.ts';
import { registerCount } from '../register.ts';
import { type Channels, wiredPoints, wiringFaults } from '../wiring.ts';
import { type AddressRange, contains, onWire, overlaps, protocolAddress } from './address.ts';
import { type ProfilePoint, pointRefs, type RegisterRef } from './point.ts';
import { stateRules } from './state.ts';

export interface ProfileFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Every fault with the place of what is wrong, in the order of the file. */
export function* profileFaults(profile: ProfileShape): Generator<ProfileFault> {
  yield* pointFaults(profile);
  yield* blockFaults(profile);
  yield* orderFaults(profile);
  yield* writeNameFaults(profile);
  for (const [index, { of = [] }] of profile.state_from.entries()) {
    const unknown = of.find((id) => !profile.points.some(({ parameter }) => parameter === id));
    if (unknown !== undefined)
      yield { path: ['state_from', index, 'of'], message: `${unknown} is no point of this profile` };
  }
  for (const [index, { channels }] of profile.examples.entries())
    yield* exampleFaults(profile, channels, ['examples', index, 'channels']);
}

function* pointFaults(profile: ProfileShape): Generator<ProfileFault> {
  if (profile.points.length === 0 && profile.channels.length === 0)
    yield { path: ['points'], message: 'what does it measure? Give points or channels' };
  const seen = new Set<string>();
  for (const [index, point] of profile.points.entries()) {
    const path = ['points', index];
    if (seen.has(point.parameter))
      yield { path: [...path, 'parameter'], message: `${point.parameter} is there twice` };
    seen.add(point.parameter);
    for (const message of refFaults(profile, point)) yield { path: [...path, 'address'], message };
  }
}

/** Registers that the point needs and that must or can not be read. */
function* refFaults(profile: ProfileShape, point: ProfilePoint): Generator<string> {
  const avoided = avoidedRanges(profile);
  const blocks = profile.blocks.map((block) => onWire(profile, block));
  for (const ref of [...pointRefs(point), ...stateRules(profile, point)]) {
    const range = rangeOf(profile, ref);
    const clash = avoided.find((other) => overlaps(range, other));
    if (range.address < 0) yield 'with address_base "one" the first register is 1, not 0';
    else if (clash) yield `${ref.area} ${ref.address} must not be read: ${clash.reason}`;
    else if (blocks.length > 0 && !blocks.some((block) => contains(block, range)))
      yield `${ref.area} ${ref.address} is in none of the blocks`;
  }
}

function* blockFaults(profile: ProfileShape): Generator<ProfileFault> {
  const avoided = avoidedRanges(profile);
  for (const [index, block] of profile.blocks.entries()) {
    const clash = avoided.find((other) => overlaps(onWire(profile, block), other));
    const path = ['blocks', index];
    if (clash) yield { path, message: `must not be read: ${clash.reason}` };
    if (block.count > profile.link.max_registers)
      yield { path, message: 'is longer than link.max_registers' };
  }
}

/** An instrument is written to for its measurement only, never what the profile itself calls dangerous. */
function* orderFaults(profile: ProfileShape): Generator<ProfileFault> {
  for (const key of ['start', 'before'] as const) {
    for (const [index, action] of profile[key].entries()) {
      if (!('write' in action)) continue;
      const { area, address } = action.write;
      const danger = profile.writes.find((one) => one.area === area && one.address === address);
      if (!danger) continue;
      const message = `dangerous writes are off: ${area} ${address} is listed in writes (${danger.label}: ${danger.effect})`;
      yield { path: [key, index, 'write'], message };
    }
  }
}

function* writeNameFaults({ writes }: ProfileShape): Generator<ProfileFault> {
  for (const [index, { name }] of writes.entries())
    if (name !== undefined && writes.findIndex((other) => other.name === name) < index)
      yield { path: ['writes', index, 'name'], message: `"${name}" is there twice` };
}

function* exampleFaults(
  profile: ProfileShape,
  channels: Channels,
  path: readonly PropertyKey[],
): Generator<ProfileFault> {
  for (const fault of wiringFaults(profile, channels))
    yield { path: [...path, ...fault.path], message: fault.message };
  for (const point of wiredPoints(profile, channels))
    for (const message of refFaults(profile, point)) yield { path, message };
}

const avoidedRanges = (profile: ProfileShape): (AddressRange & { readonly reason: string })[] =>
  [...profile.forbidden, ...profile.never_poll].map((range) => onWire(profile, range));

const rangeOf = (profile: ProfileShape, ref: RegisterRef): AddressRange => ({
  area: ref.area,
  address: protocolAddress(profile, ref.address),
  count: registerCount(ref.type),
});
