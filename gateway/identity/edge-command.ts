/** What an administrator does for edges from the command line, beside a running gateway: codes, revoking, the list. */
import { UserFault } from '../../devices/kit/fault.ts';
import { isLoopback } from '../../devices/kit/loopback.ts';
import type { SettingsSources } from '../../devices/kit/settings.ts';
import { withLedger } from '../admin.ts';
import { createAudit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { GatewaySettings } from '../settings.ts';
import { createCertificates } from './certificates.ts';
import { createCodes } from './codes.ts';
import { type EdgeLogin, listEdges } from './edges.ts';
import { createUnknown, wayBack } from './unknown.ts';

type Parts = ReturnType<typeof partsOf> & { readonly settings: GatewaySettings };

const partsOf = (ledger: Ledger) => {
  const audit = createAudit(ledger, Date.now);
  return {
    codes: createCodes(ledger, audit, Date.now),
    certificates: createCertificates(ledger, audit, Date.now),
    edges: () => listEdges(ledger, Date.now()),
    unknown: () => createUnknown(ledger, Date.now).list(),
  };
};

const withParts = <T>(sources: SettingsSources, work: (parts: Parts) => T): Promise<T> =>
  withLedger(sources, (ledger, settings) => work({ settings, ...partsOf(ledger) }));

/** Where a box reaches page and API; null when the settings do not say it, as behind a proxy. */
function pageAt(
  { http, notify }: GatewaySettings,
  { host, names }: NonNullable<GatewaySettings['mqtt']['tls']>,
): string | null {
  if (notify.public_url !== undefined) return notify.public_url;
  const everywhere = ['0.0.0.0', '::'].includes(http.host);
  const at = everywhere ? names[0] : http.host;
  if (at === undefined || (isLoopback(at) && !isLoopback(host))) return null;
  return `http://${at.includes(':') ? `[${at}]` : at}:${http.port}`;
}

/** Answers what to show. Throws a UserFault. */
export const issueCode = (sources: SettingsSources, edge: string): Promise<readonly string[]> =>
  withParts(sources, ({ settings, codes, edges }) => {
    const { tls } = settings.mqtt;
    if (tls === undefined)
      throw new UserFault(
        `${sources.file}: mqtt.tls: is not set, and an enrolled edge comes over TLS only: add "tls: { host: 0.0.0.0, names: [address of this gateway] }" under mqtt and restart the gateway`,
      );
    const before = edges().find((known) => known.edge === edge);
    const { code, expiresAt } = codes.issue(edge);
    const until = new Date(expiresAt).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    const page = pageAt(settings, tls);
    return [
      '',
      `  ${code}`,
      '',
      `For ${edge}, once, until ${until}. At the cabinet (tại tủ, một lần, trước ${until}):`,
      `  quantrac enrol --url ${page ?? 'ADDRESS'} --config edge.yaml   # it asks for the code (lệnh hỏi mã)`,
      ...(page === null
        ? [
            'ADDRESS: where the box reaches the page of this gateway, as https://quantrac.example.gov.vn; the settings do not say it (notify.public_url does). ADDRESS là địa chỉ trang của trung tâm mà hộp truy cập được.',
          ]
        : []),
      ...(before !== undefined && before.login !== 'code' && before.login !== 'nothing'
        ? [
            `${edge} gets in with a ${before.login} now: that ends when the code is used (cách đăng nhập cũ sẽ hết hiệu lực khi mã được dùng).`,
          ]
        : []),
    ];
  });

/** Answers what to tell. Throws a UserFault when there is no such edge. */
export const revokeEdge = (sources: SettingsSources, edge: string, reason: string): Promise<string> =>
  withParts(sources, ({ certificates, edges }) => {
    const known = edges().find((one) => one.edge === edge);
    if (known === undefined) throw new UserFault(`there is no edge "${edge}"`);
    const had = certificates.shutOut(edge, reason);
    const ended = [
      ...(had.certificates > 0 ? [`${had.certificates} certificate(s) revoked`] : []),
      ...(had.password ? ['its password taken away'] : []),
    ];
    return ended.length === 0
      ? `${edge} had nothing that is let in; a code that waited for it is over (${edge} không còn cách đăng nhập nào)`
      : `${edge}: ${ended.join(', ')}; a running gateway throws it out within a second (đã thu hồi)`;
  });

/** A table as text, one line an edge, and what to do for those that are refused for an older ledger's sake. */
export const edgeTable = (sources: SettingsSources): Promise<readonly string[]> =>
  withParts(sources, ({ edges, unknown }) => {
    const rows = [['edge', 'gets in by', 'until', 'last seen'], ...edges().map(rowOf)];
    const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    const table = rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    const refused = unknown().map(
      ({ edge, at }) =>
        `${edge}: refused at ${stamp(at)}, its certificate is newer than this ledger: ${wayBack(edge)}`,
    );
    return refused.length === 0 ? table : [...table, '', ...refused];
  });

const rowOf = ({ edge, login, until, seenAt }: EdgeLogin): string[] => [
  edge,
  login,
  until === null ? '-' : stamp(until),
  seenAt === null ? 'never' : stamp(seenAt),
];

const stamp = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
