/** The edges that have an account or wait for one, and how each gets in. */
import type { Ledger } from '../ledger.ts';

/** `code`: it was given one and has not come yet. `nothing`: its certificates are revoked or over, its password taken away. */
export const WAYS_IN = ['certificate', 'certificate and password', 'password', 'code', 'nothing'] as const;
export type WayIn = (typeof WAYS_IN)[number];

export interface EdgeLogin {
  readonly edge: string;
  readonly login: WayIn;
  /** Epoch ms: end of its certificate, or of its code. */
  readonly until: number | null;
  /** When its status came last, epoch ms; null: never. */
  readonly seenAt: number | null;
}

interface Row {
  readonly edge: string;
  readonly password: string | null;
  readonly certificate_until: number | null;
  readonly code_until: number | null;
  readonly seen_at: number | null;
}

/** What stands in place of a hash for who comes with a certificate: no password matches it. */
export const NO_PASSWORD = 'none';

const EDGES = `
  WITH name AS (SELECT name AS edge FROM account WHERE kind = 'edge' UNION SELECT edge FROM enrol_code WHERE expires_at > :now)
  SELECT name.edge, account.password,
    (SELECT max(expires_at) FROM certificate WHERE edge = name.edge AND revoked_at IS NULL AND expires_at > :now) AS certificate_until,
    (SELECT expires_at FROM enrol_code WHERE edge = name.edge AND used_by IS NULL AND expires_at > :now) AS code_until,
    edge.at AS seen_at
  FROM name LEFT JOIN account ON account.name = name.edge LEFT JOIN edge ON edge.name = name.edge ORDER BY name.edge`;

/** By name. */
export function listEdges({ db }: Pick<Ledger, 'db'>, now: number): EdgeLogin[] {
  const rows = db.prepare(EDGES).all({ now }) as unknown as Row[];
  return rows.map((row) => ({ edge: row.edge, ...wayIn(row), seenAt: row.seen_at }));
}

function wayIn({ password, certificate_until, code_until }: Row): Pick<EdgeLogin, 'login' | 'until'> {
  const hasPassword = password !== null && password !== NO_PASSWORD;
  if (certificate_until !== null)
    return { login: hasPassword ? 'certificate and password' : 'certificate', until: certificate_until };
  if (hasPassword) return { login: 'password', until: null };
  return code_until === null ? { login: 'nothing', until: null } : { login: 'code', until: code_until };
}
