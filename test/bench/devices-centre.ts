/** A broker that acknowledges everything and keeps of it what a bench measures by. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { decodeSenml } from '../../devices/wire/senml.ts';

export interface Centre {
  readonly port: number;
  /** Readings that have arrived from an edge. */
  records(edge: string): number;
  /** Times (epoch ms) of the rounds of a station that gave a value, in order. */
  times(station: string): readonly number[];
  /** Readings of a station that say they are absent, with their times. */
  missing(station: string): readonly number[];
  stop(): Promise<void>;
}

/** `keepTimes`: a bench of memory has no use for them. */
export async function startCentre(keepTimes: boolean): Promise<Centre> {
  const records = new Map<string, number>();
  const times = new Map<string, Set<number>>();
  const missing = new Map<string, Set<number>>();
  const keep = (of: Map<string, Set<number>>, station: string, at: number): void => {
    const own = of.get(station);
    if (own) own.add(at);
    else of.set(station, new Set([at]));
  };
  const aedes = await Aedes.createBroker();
  aedes.authorizePublish = (_client, { topic, payload }, done) => {
    const [, , edge = '', station = '', kind] = topic.split('/');
    if (kind === 'readings' || kind === 'backlog') {
      const decoded = decodeSenml(payload, station, Date.now());
      if (decoded.kind === 'records') {
        records.set(edge, (records.get(edge) ?? 0) + decoded.readings.length);
        if (keepTimes)
          for (const { at, value } of decoded.readings) keep(value === null ? missing : times, station, at);
      }
    }
    done(null);
  };
  const server = createServer(aedes.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sorted = (of: Map<string, Set<number>>, station: string): number[] =>
    [...(of.get(station) ?? [])].sort((a, b) => a - b);
  return {
    port: (server.address() as AddressInfo).port,
    records: (edge) => records.get(edge) ?? 0,
    times: (station) => sorted(times, station),
    missing: (station) => sorted(missing, station),
    async stop() {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      server.close();
      await once(server, 'close');
    },
  };
}
