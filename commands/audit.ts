/** The audit log: who changed what, and the proof that nobody changed the log. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { UserFault } from '../devices/kit/fault.ts';
import type { Ending } from '../gateway/evidence/verify.ts';
import { say, sources, wholeNumber } from './options.ts';

export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('Who changed what, and proof of what is stored; QUANTRAC_TOKEN is a token of an operator');
  addList(audit);
  addVerify(audit);
}

function addList(audit: Command): void {
  audit
    .command('list')
    .description('Shows who changed what, when and from where, the newest first')
    .requiredOption('--config <file>', "the gateway's settings: where its API is")
    .option('--station <id>', 'only what was done to this station')
    .option('--who <name>', 'only what this user, token or edge did')
    .option('--action <word>', "one action or the first word of several: 'limits.set', 'limits'")
    .option('--area <name>', 'only of this area, by its Vietnamese name')
    .option('--since <time>', 'an ISO date or time, or hours or days before now as 12h or 7d', moment)
    .option('--limit <entries>', 'how many at most', wholeNumber(1, 100_000), 100)
    .option('--json', 'one JSON object a line instead of a table')
    .addHelpText(
      'after',
      '\nExample:\n  quantrac audit list --config gateway.yaml --station song-han --action limits --since 7d',
    )
    .action(async ({ config, ...options }) => {
      const { listAudit } = await import('../gateway/audit/list-command.ts');
      await listAudit(sources(config), options, say);
    });
}

const EXIT_CODES = { proved: 0, contradicted: 1, 'not proved': 2 } as const satisfies Record<Ending, number>;

function addVerify(audit: Command): void {
  audit
    .command('verify')
    .description('Proves that stored readings are what was measured, or that the audit log is whole')
    .option('--station <id>', 'readings: of this station')
    .option('--from <day>', 'as 2026-11-01 (Vietnamese day), or an ISO time')
    .option('--to <day>', 'the last day, or an ISO time; now when left out')
    .option('--log', 'instead: the audit log itself')
    .option('--config <file>', "the gateway's settings: where its API is")
    .option('--url <address>', 'instead: the gateway itself, as http://127.0.0.1:8080')
    .option(
      '--token <token>',
      "a viewer's who sees the station; for the log an operator's who sees the whole province; better in QUANTRAC_TOKEN, for this stands in the list of processes",
    )
    .option(
      '--key <x...>',
      'the public key, as you know it over another way (of readings: that of the edge, or several); asked of the gateway when left out',
    )
    .option('--json', 'one JSON object instead of text')
    .addHelpText(
      'after',
      '\nExit code: 0 all is proved; 1 something contradicts, and the first of it is named (or, with a sentence on stderr, it could\n' +
        'not be checked); 2, of readings: nothing contradicts, and not all is proved: how much, from when to when, and why.\n\n' +
        'Examples:\n' +
        '  quantrac audit verify --station cau-do --from 2026-11-01 --to 2026-11-07 --config gateway.yaml\n' +
        '  quantrac audit verify --station cau-do --from 2026-11-01 --url http://127.0.0.1:8080 || [ $? -eq 2 ]   # not proved is good enough\n' +
        '  QUANTRAC_TOKEN=... quantrac audit verify --log --url http://127.0.0.1:8080',
    )
    .action(async ({ config, log, station, from, to, key, ...options }) => {
      if ((log === true) === (station !== undefined))
        throw new UserFault('audit verify: give either --station, readings of it, or --log, the audit log');
      if (station !== undefined && from === undefined)
        throw new UserFault('audit verify: --from is needed: the first day');
      if ((config === undefined) === (options.url === undefined))
        throw new UserFault('audit verify: give either --url, the gateway, or --config, its settings');
      const output = {
        say,
        progress: (text: string) => {
          if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(40)}${text === '' ? '\r' : ''}`);
        },
        note: (line: string) => void process.stderr.write(`${line}\n`),
      };
      if (log) {
        if (key?.length > 1) throw new UserFault('audit verify: the audit log has one --key');
        const { verifyLog } = await import('../gateway/audit/verify-command.ts');
        if (!(await verifyLog({ ...options, key: key?.[0] }, sources(config), output))) process.exitCode = 1;
        return;
      }
      const { verifyReadings } = await import('../gateway/evidence/verify-command.ts');
      const wanted = { ...options, station, from, to, key };
      process.exitCode = EXIT_CODES[await verifyReadings(wanted, sources(config), output)];
    });
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** Epoch ms. */
function moment(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([hd])$/.exec(text) ?? [];
  const at = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNITS[unit] ?? 0);
  if (Number.isNaN(at) || at < 0)
    throw new InvalidArgumentError('must be a time as 2026-03-05, 2026-03-05T06:00Z, 12h or 7d');
  return at;
}
