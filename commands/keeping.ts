/** What keeps the data of a gateway: copies of it, and what it could not accept. */
import type { Command } from 'commander';
import { say, sources, wholeNumber } from './options.ts';

export function addKeeping(program: Command): void {
  program
    .command('backup')
    .description("Copies the gateway's files while it works, of one moment, and checks the copies")
    .requiredOption('--to <folder>', 'a new or empty folder')
    .requiredOption('--config <file>', "the gateway's settings")
    .addHelpText('after', '\nExample:\n  quantrac backup --config gateway.yaml --to /backup/2026-03-05')
    .action(async ({ config, to }) => {
      const { runBackup } = await import('../gateway/backup-command.ts');
      await runBackup(sources(config), to, say);
    });

  program
    .command('restore')
    .description('Puts a backup in the place of the files of a gateway that does not run')
    .requiredOption('--from <folder>', 'what quantrac backup made')
    .requiredOption('--config <file>', "the gateway's settings")
    .option('--force', 'also where there are files: they are set aside, not deleted')
    .addHelpText('after', '\nExample:\n  quantrac restore --config gateway.yaml --from /backup/2026-03-05')
    .action(async ({ config, from, force }) => {
      const { runRestore } = await import('../gateway/backup-command.ts');
      runRestore(sources(config), from, force === true, say);
    });

  const quarantine = program
    .command('quarantine')
    .description('What the running gateway could not accept; QUANTRAC_TOKEN is a token of a technician');
  const onQuarantine = (command: Command): Command =>
    command
      .requiredOption('--config <file>', "the gateway's settings: where its API is")
      .option('--client <name>', 'only what this account sent')
      .option('--reason <text>', 'only reasons with this in them')
      .option('--json', 'one JSON object instead of text');
  onQuarantine(quarantine.command('list'))
    .description('Shows the newest entries with their reasons')
    .option('--limit <entries>', 'how many at most', wholeNumber(1, 500), 50)
    .addHelpText(
      'after',
      '\nExample:\n  quantrac quarantine list --config gateway.yaml --reason "unknown station"',
    )
    .action(async ({ config, ...options }) => {
      const { listQuarantine } = await import('../gateway/quarantine-command.ts');
      await listQuarantine(sources(config), options, say);
    });
  onQuarantine(quarantine.command('rerun'))
    .description('Runs entries again, the oldest first: what passes now is stored as backlog and leaves')
    .option('--limit <entries>', 'how many at most', wholeNumber(1, 100_000), 10_000)
    .addHelpText(
      'after',
      '\nExit code: 0 everything passed, 1 something stays.\n\nExample:\n  quantrac quarantine rerun --config gateway.yaml --client edge-hoa-vang',
    )
    .action(async ({ config, ...options }) => {
      const { rerunQuarantine } = await import('../gateway/quarantine-command.ts');
      if (!(await rerunQuarantine(sources(config), options, say))) process.exitCode = 1;
    });
}
