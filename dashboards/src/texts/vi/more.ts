/** The Vietnamese texts of the views that come later. */
import { airWater } from './air-water.ts';
import { fire } from './fire.ts';
import { fleet } from './fleet.ts';
import { limits } from './limits.ts';
import { traffic } from './traffic.ts';
import { users } from './users.ts';
import { wall } from './wall.ts';

export const more = { ...airWater, ...fire, ...traffic, ...limits, ...fleet, ...wall, ...users } as const;
