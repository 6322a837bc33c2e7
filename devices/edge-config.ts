/**
 * What of an edge file the centre may set. The rest is the box's own and never leaves it: who it is, where it keeps its
 * data, its way to the centre, and the passwords of its lines. Files are taken as their YAML has them, defaults not filled
 * in, so that another version of the product finds the same in them. Pure.
 */
import { stringify } from 'yaml';

export type Settings = Readonly<Record<string, unknown>>;

/** First level of an edge file: the box's own. */
const OWN_KEYS = ['id', 'data_dir', 'log_level', 'uplink'] as const;
type OwnKey = (typeof OWN_KEYS)[number];
const isOwn = (key: string): key is OwnKey => (OWN_KEYS as readonly string[]).includes(key);

export interface OwnSettings {
  readonly settings: Settings;
  /** By id of the line. */
  readonly passwords: ReadonlyMap<string, unknown>;
}

export const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Nothing set, where a text is no configuration at all. */
export const settingsOf = (value: unknown): Settings => (isSettings(value) ? value : {});

/** Whatever a file says under a key, as a list of what are objects in it. */
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function splitEdgeFile(file: Settings): { readonly own: OwnSettings; readonly config: Settings } {
  const entries = Object.entries(file);
  const passwords = new Map<string, unknown>();
  for (const line of listOf(file.lines))
    if (isSettings(line) && typeof line.id === 'string' && line.password !== undefined)
      passwords.set(line.id, line.password);
  const config = Object.fromEntries(entries.filter(([key]) => !isOwn(key)));
  return {
    own: { settings: Object.fromEntries(entries.filter(([key]) => isOwn(key))), passwords },
    config: Array.isArray(config.lines)
      ? {
          ...config,
          lines: config.lines.map((line) => (isSettings(line) ? without(line, 'password') : line)),
        }
      : config,
  };
}

/** The edge file that comes of both. A password whose line is gone is left out, and stays in the box's own file. */
export function mergeEdgeFile({ settings, passwords }: OwnSettings, config: Settings): Settings {
  const withPassword = (line: unknown): unknown => {
    const password = isSettings(line) && typeof line.id === 'string' ? passwords.get(line.id) : undefined;
    return isSettings(line) && password !== undefined ? { ...line, password } : line;
  };
  const lines = Array.isArray(config.lines) ? { lines: config.lines.map(withPassword) } : {};
  return { ...config, ...lines, ...settings };
}

/** What a configuration says that only the box may say; null when there is nothing. */
export function ownFault(config: Settings): string | null {
  const key = Object.keys(config).find(isOwn);
  if (key !== undefined) return `${key}: stays in the file of the box, the centre does not set it`;
  const line = listOf(config.lines).find((one) => isSettings(one) && one.password !== undefined);
  if (isSettings(line))
    return `line ${String(line.id)}, password: stays in the file of the box, the centre does not set it`;
  return null;
}

/** Without the comments of the file, which may hold a password that was in force once. */
export const configText = (config: Settings): string =>
  stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });

const without = (settings: Settings, left: string): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => key !== left));
