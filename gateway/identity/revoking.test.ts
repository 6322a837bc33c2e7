/** What an edge had ends for good: with its account, with a new password, and when it is revoked. */
import { expect, onTestFinished, test } from 'vitest';
import { createAccounts } from '../accounts.ts';
import { createAudit } from '../audit/audit.ts';
import { openScratchLedger } from '../ledger.ts';
import { createCertificates } from './certificates.ts';
import { createCodes } from './codes.ts';
import { listEdges } from './edges.ts';
import { createRenewals } from './renewals.ts';

const NOW = 1_760_000_000_000;
const DAY_MS = 86_400_000;
const PASSWORD = 'of an edge without TLS';

function open() {
  const ledger = openScratchLedger();
  onTestFinished(() => ledger.close());
  const now = () => NOW;
  const audit = createAudit(ledger, now);
  const certificates = createCertificates(ledger, audit, now);
  const codes = createCodes(ledger, audit, now);
  const accounts = createAccounts(ledger, now);
  const enrol = (edge: string): void => {
    ledger.db.prepare("INSERT INTO account VALUES (?, 'edge', 'none', 0)").run(edge);
    const issued = { pem: '', fingerprint: `of ${edge}`, serial: edge, expiresAt: NOW + DAY_MS };
    ledger.transaction(() => certificates.add(edge, issued, 'enrolled'));
  };
  const actions = () =>
    audit
      .page({ order: 'oldest', after: null, limit: 100, areas: null })
      .entries.map(({ action, what }) => `${action} ${what}`);
  const edges = () => listEdges(ledger, NOW);
  return { ledger, certificates, codes, accounts, enrol, actions, edges };
}

const codesThatWait = ({ ledger }: ReturnType<typeof open>) =>
  ledger.db.prepare('SELECT edge FROM enrol_code WHERE used_by IS NULL').all();

test('a certificate does not live again when its account is removed and the name comes back', async () => {
  const rig = open();
  rig.enrol('hop-1');
  rig.codes.issue('hop-1');
  expect(rig.certificates.check('of hop-1')).toMatchObject({ edge: 'hop-1' });
  rig.accounts.removeAccount('hop-1');
  expect(codesThatWait(rig)).toEqual([]);
  await rig.accounts.putAccount('hop-1', 'edge', PASSWORD);
  expect(rig.certificates.check('of hop-1')).toMatch(/was revoked/);
  expect(rig.actions()).toContain('certificate.revoked edges/hop-1');
});

test.each(['flows', 'subscriber', 'edge'] as const)(
  'an account put anew as %s has its password and nothing else',
  async (kind) => {
    const rig = open();
    rig.enrol('hop-1');
    rig.codes.issue('hop-1');
    await rig.accounts.putAccount('hop-1', kind, PASSWORD);
    expect(codesThatWait(rig)).toEqual([]);
    await rig.accounts.putAccount('hop-1', 'edge', PASSWORD);
    expect(rig.certificates.check('of hop-1')).toMatch(/was revoked/);
    expect(rig.edges()).toMatchObject([{ edge: 'hop-1', login: 'password' }]);
  },
);

test('an edge that is revoked has no way in: neither certificate nor password nor code', async () => {
  const rig = open();
  await rig.accounts.putAccount('hop-1', 'edge', PASSWORD);
  rig.codes.issue('hop-1');
  // As a ledger of before has it: both ways in are said.
  const issued = { pem: '', fingerprint: 'both', serial: '1', expiresAt: NOW + DAY_MS };
  rig.ledger.transaction(() => rig.certificates.add('hop-1', issued, 'enrolled'));
  expect(rig.edges()).toMatchObject([{ login: 'certificate and password', until: NOW + DAY_MS }]);
  const mark = rig.accounts.accountMark('hop-1');
  expect(rig.certificates.shutOut('hop-1', 'stolen')).toEqual({ certificates: 1, password: true });
  expect(await rig.accounts.checkAccount('hop-1', PASSWORD)).toBeNull();
  expect(rig.accounts.accountMark('hop-1')).not.toBe(mark);
  expect(rig.certificates.check('both')).toMatch(/was revoked \(stolen\)/);
  expect(codesThatWait(rig)).toEqual([]);
  expect(rig.edges()).toMatchObject([{ login: 'nothing', until: null }]);
  expect(rig.certificates.shutOut('hop-1', 'stolen')).toEqual({ certificates: 0, password: false });
  expect(rig.actions().filter((action) => action.startsWith('certificate.revoked'))).toHaveLength(1);
});

test('revoking takes no password from what is no edge', async () => {
  const { accounts, certificates } = open();
  await accounts.putAccount('flows', 'flows', PASSWORD);
  expect(certificates.shutOut('flows', 'x')).toEqual({ certificates: 0, password: false });
  expect(await accounts.checkAccount('flows', PASSWORD)).not.toBeNull();
});

test('a connection that came with a password is given no certificate, also when the edge has one', async () => {
  const { ledger, certificates, enrol } = open();
  enrol('hop-1');
  const signed: string[] = [];
  const renew = createRenewals({
    ledger,
    certificates,
    authority: {
      sign: async (edge) => {
        signed.push(edge);
        return { pem: '', fingerprint: 'new', serial: 'new', expiresAt: NOW + 2 * DAY_MS };
      },
    },
    now: () => NOW,
    log: { info: () => {} } as never,
    answer: () => {},
  });
  const account = { name: 'hop-1', kind: 'edge' } as const;
  expect(await renew('hop-1', { csr: '' }, account)).toMatch(/no certificate that could be renewed/);
  expect(signed).toEqual([]);
  expect(await renew('hop-1', { csr: '' }, { ...account, byCertificate: true })).toBeUndefined();
  expect(signed).toEqual(['hop-1']);
});
