/** What the screens hide from a role; the gateway has the last word (docs/access.md). */
import type { Role } from '../../devices/wire/api.ts';

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, technician: 2, admin: 3 };

export const reaches = (role: Role, least: Role): boolean => RANK[role] >= RANK[least];
