/** What kind of file this is, by what is in it and else by its name. Pure. */

export const FILE_KINDS = ['profile', 'edge', 'field', 'gateway', 'flows'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** Words at the top of a file that only this kind has. */
const OWN_WORDS: Readonly<Record<FileKind, readonly string[]>> = {
  profile: ['maker', 'models', 'address_base', 'points', 'examples'],
  edge: ['uplink', 'stations', 'outbox_megabytes'],
  field: ['base_port', 'speed', 'scenario', 'fire', 'mqtt_instruments'],
  gateway: ['store', 'ioc'],
  flows: ['editor', 'credential_secret'],
};

/** null when neither content nor name says. The kind with the most words of its own wins. */
export function kindOf(file: string, value: unknown): FileKind | null {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const [first] = FILE_KINDS.map((kind) => ({
    kind,
    hits: OWN_WORDS[kind].filter((word) => keys.includes(word)).length,
  })).sort((a, b) => b.hits - a.hits);
  if (first && first.hits > 0) return first.kind;
  const parts = file.toLowerCase().split(/[/\\]/);
  if (parts.at(-2) === 'profiles') return 'profile';
  return FILE_KINDS.find((kind) => parts.at(-1)?.includes(kind)) ?? null;
}
