/** The sirens of an edge: which alarms and calls of the centre they hear, and what of it survives a restart. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';
import { writeWhole } from '../devices/kit/whole-file.ts';
import { serialOf } from '../devices/line/line-plan.ts';
import { silenceMs } from '../devices/line/line-time.ts';
import type { EdgeFile } from '../devices/station.ts';
import { type Alarm, type EdgeStatus, sirenCallSchema } from '../devices/wire/messages.ts';
import { readMessage } from './centre-message.ts';
import type { Clock } from './clock.ts';
import { createSirenCoil, type SirenCoil } from './siren-coil.ts';
import { createDemand, type SirenDemand } from './siren-demand.ts';
import { readKept } from './state-file.ts';
import type { Urgent } from './urgent.ts';

export interface Sirens {
  /** What those of one line have to tell. */
  onLine(line: string): readonly Urgent[];
  /** Whether any siren is to change for it. */
  take(alarms: readonly Pick<Alarm, 'station' | 'parameter' | 'limit' | 'state'>[]): boolean;
  /** A message of the centre for this station. Whether any siren is to change for it; what is broken is said in the log. */
  call(station: string, payload: string): boolean;
  states(): NonNullable<EdgeStatus['sirens']>;
  /** Keeps what the lines had no more turn to keep. */
  close(): void;
}

export interface SirenOptions {
  readonly file: Pick<EdgeFile, 'data_dir' | 'lines' | 'stations'>;
  readonly clock: Pick<Clock, 'ticks'>;
  readonly log: Logger;
  /** What `states` answers is otherwise than before. */
  readonly onChange: () => void;
}

interface Entry {
  readonly station: string;
  readonly id: string;
  readonly line: string;
  readonly demand: SirenDemand;
  readonly coil: SirenCoil;
  /** What was shown last of how it is. */
  shown: string;
}

type SirenState = NonNullable<EdgeStatus['sirens']>[number];

const FILE = 'sirens.json';

/** A call has a tenth of it. */
const MAX_CALL_CHARACTERS = 2000;

/** Raised conditions by station/siren. */
const fileSchema = z.record(z.string().max(200), z.array(z.string().max(200)).max(500));

export function openSirens({ file, clock, log, onChange }: SirenOptions): Sirens {
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
        tried() {
          save();
          tellChanges();
        },
      });
      return { station, id: siren.id, line: siren.line, demand, coil, shown: '' };
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

  function stateOf({ station, id, demand, coil }: Entry): SirenState {
    const called = demand.called(clock.ticks());
    return { station, siren: id, ...coil.state(), ...(called !== null && { called }) };
  }

  /** It is looked at all the time, mostly to find it as it was. */
  function tellChanges(): void {
    let changed = false;
    for (const entry of entries) {
      const state = JSON.stringify(stateOf(entry));
      changed ||= state !== entry.shown;
      entry.shown = state;
    }
    if (changed) onChange();
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
    call(station, payload) {
      const own = entries.filter((entry) => entry.station === station);
      if (own.length === 0) return false;
      const told = readMessage(payload, sirenCallSchema, MAX_CALL_CHARACTERS);
      if (typeof told === 'string') {
        log.warn({ station, reason: told }, 'what the centre wants of the sirens is refused');
        return false;
      }
      const { message } = told;
      const called = own.filter(({ demand }) => demand.call(message, clock.ticks()));
      if (called.length === 0) return false;
      if (message.on) log.warn({ station, alert: message.alert }, 'the centre sounds the sirens');
      else log.info({ station }, 'the centre sounds the sirens no more');
      for (const { coil } of called) coil.look();
      return true;
    },
    states: () => entries.map(stateOf),
    close: save,
  };
}
