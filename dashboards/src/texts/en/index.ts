/** The English texts, a file for each part of the screens. */
import { airWater } from './air-water.ts';
import { alerts } from './alerts.ts';
import { app } from './app.ts';
import { fire } from './fire.ts';
import { fleet } from './fleet.ts';
import { limits } from './limits.ts';
import { overview } from './overview.ts';
import { phone } from './phone.ts';
import { reason } from './reason.ts';
import { station } from './station.ts';
import { traffic } from './traffic.ts';
import { users } from './users.ts';
import { wall } from './wall.ts';

export const en = {
  ...app,
  ...reason,
  ...overview,
  ...station,
  ...airWater,
  ...fire,
  ...traffic,
  ...alerts,
  ...limits,
  ...fleet,
  ...wall,
  ...users,
  ...phone,
} as const;
