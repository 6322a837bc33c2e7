/** `quantrac enrol`: one code and one command, and the box is an edge of the centre. */
import { join } from 'node:path';
import { UserFault } from '../../devices/kit/fault.ts';
import { createLogger } from '../../devices/kit/log.ts';
import { publicKeyText } from '../../devices/kit/seal.ts';
import { loadSettings, type SettingsSources } from '../../devices/kit/settings.ts';
import { edgeFileSchema } from '../../devices/station.ts';
import { openSealKey } from '../chain-key.ts';
import { enrol } from './enrol.ts';
import { readIdentity, writeIdentity } from './files.ts';

export interface EnrolCommand {
  readonly url: string;
  readonly code: string;
  /** Also where there is an identity that works. */
  readonly again: boolean;
}

/** Answers what to tell the person. Throws a UserFault. */
export async function runEnrol(
  sources: SettingsSources,
  { url, code, again }: EnrolCommand,
): Promise<readonly string[]> {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new UserFault(`--url: "${url}" is no http:// or https:// address`);
  const { id, data_dir, log_level, uplink } = loadSettings(edgeFileSchema, sources);
  const directory = join(data_dir, 'identity');
  const kept = readIdentity(data_dir);
  if (kept.kind === 'good' && !again && kept.identity.edge === id && kept.identity.expiresAt > Date.now())
    throw new UserFault(
      `${directory}: this box is enrolled as ${id} already, until ${dayOf(kept.identity.expiresAt)}: with --again it is enrolled anew (hộp này đã ghi danh; thêm --again để ghi danh lại)`,
    );
  const signingKey = publicKeyText(openSealKey(data_dir, createLogger('enrol', log_level)));
  const identity = await enrol({ url, code, edge: id, signingKey });
  writeIdentity(data_dir, identity);
  const written = readIdentity(data_dir);
  if (written.kind !== 'good')
    throw new UserFault(`${directory}: what was written there cannot be read back`);
  const until = dayOf(written.identity.expiresAt);
  return [
    `Enrolled as ${id} until ${until}; the edge renews it by itself. The private key was made here and stays in ${directory}.`,
    `Đã ghi danh ${id} đến ${until}; hộp tự gia hạn. Khóa bí mật được tạo tại đây và chỉ nằm ở ${directory}.`,
    uplink.url === undefined
      ? `The edge connects to ${identity.url}. Start it now, or restart it: quantrac edge --config ...`
      : `The edge file says uplink.url ${uplink.url}, which goes before ${identity.url} of the centre: leave it out unless you mean it.`,
  ];
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
