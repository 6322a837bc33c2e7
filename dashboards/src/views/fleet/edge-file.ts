/** An edge file as a person has it on his disk: whose it is, and what of it may leave for the centre. Pure. */

/** Who the box is, where its data are, its way to the centre: devices/edge-config.ts. */
const OWN = new Set(['id', 'data_dir', 'log_level', 'uplink']);

export interface EdgeFile {
  /** null: the file does not say. */
  readonly edge: string | null;
  /** Without what is the box's own. */
  readonly config: string;
}

/**
 * By its lines: a first-level key and what is indented below it. The passwords of lines go, too. What is written in another
 * style stays, and the gateway refuses it by name.
 */
export function readEdgeFile(text: string): EdgeFile {
  let edge: string | null = null;
  let block = '';
  const kept: string[] = [];
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    const top = /^([A-Za-z_][\w-]*)\s*:(.*)$/.exec(line);
    if (top) {
      block = top[1] ?? '';
      if (block === 'id')
        edge = /^\s*(["']?)([a-z0-9][a-z0-9-]{0,62})\1\s*(#.*)?$/.exec(top[2] ?? '')?.[2] ?? null;
    }
    if (OWN.has(block)) continue;
    if (block === 'lines' && /^\s+password\s*:/.test(line)) continue;
    kept.push(line);
  }
  return { edge, config: kept.join('\n') };
}
