/** How this edge gets in at the centre: by its certificate, or by the password in its file. */
import { readFileSync } from 'node:fs';
import { UserFault } from '../../devices/kit/fault.ts';
import type { Logger } from '../../devices/kit/log.ts';
import type { EdgeFile } from '../../devices/station.ts';
import type { SessionOptions, TlsIdentity } from '../session.ts';
import { type Kept, readIdentity } from './files.ts';

export type WayUp = Pick<SessionOptions, 'url' | 'password'> & {
  readonly tls: () => TlsIdentity | undefined;
};

/** Throws a UserFault when the box was not enrolled and its file does not say how either. */
export function wayUp(
  { id, data_dir, uplink }: Pick<EdgeFile, 'id' | 'data_dir' | 'uplink'>,
  log: Logger,
): WayUp {
  const kept = readIdentity(data_dir);
  if (kept.kind === 'good' && kept.identity.edge !== id)
    throw new UserFault(
      `${data_dir}/identity: this box was enrolled as ${kept.identity.edge}, and its edge file has the id ${id}: correct the file, or enrol it anew with a code for ${id}`,
    );
  const { password } = uplink;
  const url = uplink.url ?? urlIn(kept);
  const byPassword = password !== undefined && (kept.kind === 'none' || url?.startsWith('mqtt:'));
  if (url === undefined || (!byPassword && (kept.kind === 'none' || url.startsWith('mqtt:'))))
    throw new UserFault(
      faultOf(url, kept.kind === 'none' ? '' : ` (${data_dir}/identity cannot be used for it)`),
    );
  if (byPassword) {
    const ca = uplink.ca === undefined ? undefined : readCa(uplink.ca);
    return { url, password, tls: () => (ca === undefined ? undefined : { ca }) };
  }
  return {
    url,
    /** Read before each connection: it may have been renewed meanwhile. */
    tls() {
      const now = readIdentity(data_dir);
      if (now.kind === 'good') {
        const { ca, cert, key } = now.identity;
        return { ca, cert, key, minVersion: 'TLSv1.3' };
      }
      // Readings go on and wait in the outbox: that is worth more than a stop.
      const reason = now.kind === 'damaged' ? `${now.file}: ${now.reason}` : 'its files are gone';
      log.error({ reason }, 'the identity of this edge cannot be used: enrol it again with a new code');
      return undefined;
    },
  };
}

const urlIn = (kept: Kept): string | undefined => {
  if (kept.kind === 'none') return undefined;
  return kept.kind === 'good' ? kept.identity.url : (kept.url ?? undefined);
};

const faultOf = (url: string | undefined, identity: string): string =>
  url === undefined
    ? `uplink: this box is not enrolled${identity} and its edge file has no uplink.url and uplink.password: ask the centre for a code (quantrac edge code) and run "quantrac enrol" here (hộp này chưa ghi danh: xin mã của trung tâm rồi chạy "quantrac enrol")`
    : `uplink.password: ${url} needs one${identity}: enrol this box with "quantrac enrol" and leave uplink.url out, or say the password of its account`;

function readCa(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (error) {
    throw new UserFault(`uplink.ca: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  throw new UserFault(`uplink.ca: ${file} holds no certificate in PEM`);
}
