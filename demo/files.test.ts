import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { loadYaml, readYaml } from '../devices/kit/yaml-file.ts';
import { loadCredits } from '../devices/simulator/recordings.ts';
import { fieldSettingsSchema, type Source } from '../devices/simulator/settings.ts';
import { edgeFileSchema, isPolled } from '../devices/station.ts';
import { deriveSettingsSchema } from '../gateway/derive/settings.ts';

const field = loadYaml(join(import.meta.dirname, 'field.yaml'), fieldSettingsSchema);
const credits = loadCredits();
const profiles = loadProfiles();

/** The edge file as the environment completes it. */
function edgeFile(name: string) {
  const file = readYaml(join(import.meta.dirname, `${name}.yaml`)).value as { uplink: object };
  return edgeFileSchema.parse({ ...file, uplink: { ...file.uplink, password: 'from the environment' } });
}

function recordingsOf(points: Readonly<Record<string, Source | undefined>>): string[] {
  return Object.values(points).flatMap((source) =>
    source && 'recording' in source ? [source.recording] : [],
  );
}

test('no password stands in the files', () => {
  for (const name of ['edge-coast', 'edge-forest'])
    expect(JSON.stringify(readYaml(join(import.meta.dirname, `${name}.yaml`)).value)).not.toContain(
      'password',
    );
});

describe.each(['edge-coast', 'edge-forest'])('%s', (name) => {
  const edge = edgeFile(name);

  test('its lines are lines of the field, on the ports that the field gives them', () => {
    const ports = new Map(field.lines.map((line, index) => [line.id, field.base_port + index]));
    for (const line of edge.lines)
      expect(line, line.id).toMatchObject({ mode: 'tcp', port: ports.get(line.id) });
  });

  test.each(edge.stations)(
    '$id reads only what the field measures, nothing twice, and says where it is from',
    (station) => {
      const parameters: string[] = [];
      const recordings = new Set<string>();
      for (const instrument of station.instruments.filter(isPolled)) {
        const profile = profiles.get(instrument.profile);
        const unit = instrument.unit ?? profile?.link.unit;
        const simulated = field.lines
          .find((line) => line.id === instrument.line)
          ?.instruments.find((one) => (one.unit ?? profiles.get(one.profile)?.link.unit) === unit);
        expect(simulated?.profile, instrument.id).toBe(instrument.profile);
        const wired = Object.values(instrument.channels ?? {}).map(({ parameter }) => parameter);
        const own = instrument.points ?? profile?.points.map((point) => point.parameter) ?? [];
        const points = [...own, ...wired];
        expect(Object.keys(simulated?.points ?? {}).sort()).toEqual([...points].sort());
        parameters.push(...points);
        for (const recording of recordingsOf(simulated?.points ?? {})) recordings.add(recording);
      }
      expect(new Set(parameters).size).toBe(parameters.length);
      for (const limit of station.limits) expect(parameters).toContain(limit.parameter);
      for (const id of recordings) {
        expect(station.origin?.vi).toContain(credits[id]?.origin.vi);
        expect(station.origin?.en).toContain(credits[id]?.origin.en);
      }
      expect(station.name.vi).toContain('(mô phỏng)');
      expect(station.name.en).toContain('(simulated)');
    },
  );
});

test('each siren of the edges is an output of a module in the field', () => {
  const sirens = ['edge-coast', 'edge-forest'].flatMap((name) =>
    edgeFile(name).stations.flatMap((station) => station.sirens),
  );
  expect(sirens.map(({ id }) => id)).toEqual(['horn']);
  for (const { line, unit, coil } of sirens) {
    const module = field.lines
      .find(({ id }) => id === line)
      ?.instruments.find((one) => (one.unit ?? profiles.get(one.profile)?.link.unit) === unit);
    expect(module?.outputs).toContain(coil);
  }
});

test('the fire zone of the gateway has the fire posts of the edge', () => {
  const { derive } = readYaml(join(import.meta.dirname, 'gateway.yaml')).value as { derive: unknown };
  const [zone] = deriveSettingsSchema.parse(derive).fire_zones;
  const posts = edgeFile('edge-forest').stations.filter(({ kind }) => kind === 'fire');
  expect(zone?.stations).toEqual(posts.map(({ id }) => id));
  for (const post of posts) expect(post.fire, post.id).toBeDefined();
});

test('the MQTT instruments say where their values are from', () => {
  for (const { station, points } of field.mqtt_instruments) {
    for (const id of recordingsOf(points)) {
      expect(station.origin?.vi).toContain(credits[id]?.origin.vi);
      expect(station.origin?.en).toContain(credits[id]?.origin.en);
    }
  }
});

test('the example of a field can be started', () => {
  loadYaml(join(import.meta.dirname, '../examples/field.yaml'), fieldSettingsSchema);
});
