/** The field: simulated instruments that replay recordings, each on a real socket or serial device. */
import { UserFault } from '../kit/fault.ts';
import { createLogger } from '../kit/log.ts';
import { openProfiles } from '../kit/profiles.ts';
import type { Service } from '../kit/service.ts';
import { loadSettings, type SettingsSources } from '../kit/settings.ts';
import { type FaultInput, faultSchema } from './faults.ts';
import { buildLine, type FieldLine, signalsOf } from './line.ts';
import type { ModbusLine } from './modbus-line.ts';
import { startMqttInstrument } from './mqtt-instrument.ts';
import { openRecordings } from './recordings.ts';
import { fieldSettingsSchema } from './settings.ts';
import type { SignalContext } from './signal.ts';

export interface FieldReady {
  /** Port by line. */
  readonly lines: Readonly<Record<string, number>>;
  /** Serial device by line, for lines of mode rtu. */
  readonly paths: Readonly<Record<string, string>>;
}

export interface FieldService extends Service {
  readonly ready: FieldReady;
  /** Replaces all faults of one instrument, those of the file too; null: it is well. Times count from now. */
  setFault(line: string, unit: number, fault: FaultInput | readonly FaultInput[] | null): void;
}

/** Returns when every line listens; `ready` says where. */
export async function startField(
  sources: SettingsSources,
  now: () => number = Date.now,
): Promise<FieldService> {
  const settings = loadSettings(fieldSettingsSchema, sources);
  const log = createLogger('field', settings.log_level);
  const profiles = openProfiles();
  const context: SignalContext = {
    recordings: openRecordings(),
    clock: { startedAt: now(), speed: settings.speed },
    random: Math.random,
  };

  const field = new Map<string, FieldLine>(
    settings.lines.map((line) => [line.id, buildLine(settings, line, profiles, context)]),
  );
  const started = new Map<string, ModbusLine>();
  const stopLines = () => Promise.all([...started.values()].map((line) => line.stop()));
  try {
    for (const [index, { id, port: given }] of settings.lines.entries()) {
      const port = given ?? (settings.base_port === 0 ? 0 : settings.base_port + index);
      const ended = (reason: string) => log.error({ line: id, reason }, 'pseudo-terminal ended');
      const line = await field.get(id)?.start(settings.host, port, now, ended);
      if (line) started.set(id, line);
      if (line?.path) log.info({ line: id, path: line.path }, 'serial line ready');
    }
  } catch (error) {
    await stopLines();
    throw error;
  }

  const { url, password } = settings.mqtt;
  if (url === undefined && settings.mqtt_instruments.length > 0)
    log.info('no broker set: MQTT instruments are silent');
  const publishers = (url === undefined ? [] : settings.mqtt_instruments).map((instrument) =>
    startMqttInstrument({
      settings: instrument,
      signals: signalsOf(instrument.points, context),
      url: url ?? '',
      password,
      now,
      log: log.child({ station: instrument.station.id }),
    }),
  );
  log.info({ lines: started.size, speed: settings.speed, scenario: settings.scenario }, 'field started');

  return {
    ready: {
      lines: Object.fromEntries(
        [...started].flatMap(([id, { port }]) => (port === null ? [] : [[id, port]])),
      ),
      paths: Object.fromEntries(
        [...started].flatMap(([id, { path }]) => (path === null ? [] : [[id, path]])),
      ),
    },
    setFault: (id, unit, fault) => {
      const line = field.get(id);
      if (!line) throw new UserFault(`there is no line "${id}"`);
      const given = fault === null ? [] : [fault].flat();
      line.setFaults(
        unit,
        given.map((one) => faultSchema.parse(one)),
        now(),
      );
      log.info({ line: id, unit, faults: given }, 'faults set');
    },
    stop: async () => {
      await Promise.all([...publishers.map((publisher) => publisher.stop()), stopLines()]);
    },
  };
}
