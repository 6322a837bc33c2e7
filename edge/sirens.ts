/** The sirens of an edge: which alarms they hear, and what of it survives a restart. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';
import type { EdgeFile } from '../devices/station.ts';
import type { Alarm, EdgeStatus } from '../devices/wire/messages.ts';
import type { Clock } from './clock.ts';
import { serialOf } from './line-plan.ts';
import { silenceMs } from './line-time.ts';
import { createSirenCoil, type SirenCoil } from './siren-coil.ts';
import { createDemand, type SirenDemand } from './siren-demand.ts';
import { readKept, writeWhole } from './state-file.ts';
import type { Urgent } from './urgent.ts';

export interface Sirens {
  /** What those of one line have to tell. */
  onLine(line: string): readonly Urgent[];
  /** Whether any siren is to change for it. */
  take(alarms: readonly Pick<Alarm, 'station' | 'parameter' | 'limit' | 'state'>[]): boolean;
  states(): NonNullable<EdgeStatus['sirens']>;
  /** Keeps what the lines had no more turn to keep. */
  close(): void;
}

export interface SirenOptions {
  readonly file: Pick<EdgeFile, 'data_dir' | 'lines' | 'stations'>;
  readonly clock: Pick<Clock, 'ticks'>;
  readonly log: Logger;
}

interface Entry {
  readonly station: string;
  readonly id: string;
  readonly line: string;
  readonly demand: SirenDemand;
  readonly coil: SirenCoil;
}

const FILE = 'sirens.json';

/** Raised conditions by station/siren. */
const fileSchema = z.record(z.string().max(200), z.array(z.string().max(200)).max(500));

export function openSirens({ file, clock, log }: SirenOptions): Sirens {
  const place = join(file.data_dir, FILE);
  // A file that cannot be read costs the memory of what was raised: the first readings decide it again.
  const before = readKept(place, fileSchema, log, 'what sounded the sirens cannot be read') ?? {};
  let unsaved = false;
  let failing = false;

  const entries: Entry[] = file.stations.flatMap(({ id: station, sirens }) =>
    sirens.map((siren) => {
      const line = file.lines.find(({ id }) => id === siren.line);
      const serial = line === undefined || line.mode === 'mqtt' ? null : serialOf(line);
      const demand = createDemand(siren, before[`${station}/${siren.id}`] ?? [], clock.ticks());
      const coil = createSirenCoil({
        siren,
        demand,
        clock,
        log: log.child({ station }),
        pauseMs: serial === null ? 0 : silenceMs(serial),
        tried: save,
      });
      return { station, id: siren.id, line: siren.line, demand, coil };
    }),
  );

  /** After the coil: a slow disk must not keep it waiting. */
  function save(): void {
    if (!unsaved) return;
    const raised = entries.map(({ station, id, demand }) => [`${station}/${id}`, demand.raised()]);
    try {
      writeWhole(place, `${JSON.stringify(Object.fromEntries(raised), null, 1)}\n`);
      unsaved = false;
      failing = false;
    } catch (err) {
      if (!failing) log.warn({ err }, 'what sounds the sirens cannot be kept on disk');
      failing = true;
    }
  }

  return {
    onLine: (line) => entries.filter((entry) => entry.line === line).map(({ coil }) => coil),
    take(alarms) {
      let changed = false;
      for (const { station, demand, coil } of entries) {
        const own = alarms.filter((alarm) => alarm.station === station);
        if (!own.map((alarm) => demand.take(alarm, clock.ticks())).includes(true)) continue;
        changed = true;
        coil.look();
      }
      unsaved ||= changed;
      return changed;
    },
    states: () => entries.map(({ station, id, coil }) => ({ station, siren: id, ...coil.state() })),
    close: save,
  };
}
