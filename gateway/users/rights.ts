/** Roles with areas: which go together, and what is left of two of them. Pure. */
import { ROLES, type Session } from '../../devices/wire/api.ts';
import { AccountFault } from './fault.ts';

export type Rights = Pick<Session, 'role' | 'areas'>;

/** As the ledger keeps them: JSON, or NULL for all. */
export const areasOf = (text: string | null): Rights['areas'] =>
  text === null ? null : (JSON.parse(text) as string[]);
export const areasText = (areas: Rights['areas']): string | null => areas && JSON.stringify(areas);

/** An admin changes what holds everywhere (users, people who are told, destinations): limited to areas it would be a trap. */
export function checkRights({ role, areas }: Rights): void {
  if (role === 'admin' && areas !== null)
    throw new AccountFault(
      'wrong',
      'an admin has all areas: leave areas out, or give a role up to technician',
    );
}

/** Whether `wanted` is no more than `most`. */
export const isWithin = (wanted: Rights, most: Rights): boolean =>
  ROLES.indexOf(wanted.role) <= ROLES.indexOf(most.role) &&
  (most.areas === null || (wanted.areas?.every((area) => most.areas?.includes(area)) ?? false));

/** What both allow; null: nothing, because they have no area in common. */
export function common(a: Rights, b: Rights): Rights | null {
  const role = ROLES.indexOf(a.role) <= ROLES.indexOf(b.role) ? a.role : b.role;
  if (a.areas === null || b.areas === null) return { role, areas: a.areas ?? b.areas };
  const areas = a.areas.filter((area) => b.areas?.includes(area));
  return areas.length === 0 ? null : { role, areas };
}

export const sameRights = (a: Rights, b: Rights): boolean =>
  a.role === b.role && JSON.stringify(a.areas) === JSON.stringify(b.areas);
