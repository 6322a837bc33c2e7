/** Node-RED's log through ours. */
import type { Logger } from '../devices/kit/log.ts';

/** A record of @node-red/util's log. */
export interface NodeRedRecord {
  readonly level: number;
  readonly msg?: unknown;
  /** Of the node that speaks, absent for the runtime itself. */
  readonly id?: string;
  readonly type?: string;
  readonly name?: string;
  /** Audit records only. */
  readonly event?: string;
  readonly user?: { readonly username?: string };
  readonly username?: string;
  readonly ip?: string;
}

const AUDIT = 98;
const LEVELS: Readonly<Record<number, 'error' | 'warn' | 'info' | 'debug'>> = {
  10: 'error',
  20: 'error',
  30: 'warn',
  40: 'info',
  50: 'debug',
};

/** Who logged in and who changed rules: a person would want to know tomorrow. Other requests are noise. */
const AUDITED = /^(auth\.login|flows\.set|flow\.(add|update|remove)|nodes\.)/;

/** Warnings of every healthy start: projects are off on purpose, and the shipped rules need no passwords. */
const EVERY_START = /^(Projects disabled|Encrypted credentials not found)/;

export function logNodeRed(log: Logger): (record: NodeRedRecord) => void {
  return (record) => {
    if (record.level === AUDIT) return audit(log, record);
    const level = LEVELS[record.level];
    if (!level) return;
    const { id, type, name, msg } = record;
    const said = msg instanceof Error ? { err: msg, text: undefined } : { text: textOf(msg) };
    if (id) return log[level]({ node: { id, type, name }, ...said }, 'node says');
    // The runtime tells every start in a dozen lines that are news to nobody.
    const news = level !== 'info' && !EVERY_START.test(said.text ?? '');
    log[news ? level : 'debug'](said, 'Node-RED says');
  };
}

function audit(log: Logger, record: NodeRedRecord): void {
  const { event = '' } = record;
  if (!AUDITED.test(event)) return;
  const user = record.username ?? record.user?.username;
  const level = event.startsWith('auth.login.fail') ? 'warn' : 'info';
  log[level]({ event, user, ip: record.ip }, 'editor');
}

function textOf(msg: unknown): string {
  const inner = typeof msg === 'object' && msg !== null && 'message' in msg ? msg.message : msg;
  return String(inner).trim().slice(0, 2000);
}
