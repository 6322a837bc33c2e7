/** The English texts that are needed at once: of the frame, the overview and the alerts. */
import { alerts } from './alerts.ts';
import { app } from './app.ts';
import { overview } from './overview.ts';
import { phone } from './phone.ts';
import { reason } from './reason.ts';
import { station } from './station.ts';

export const first = { ...app, ...reason, ...overview, ...station, ...alerts, ...phone } as const;
