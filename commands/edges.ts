/** The edges at the centre: codes with which they are enrolled, their certificates. Below the command that runs an edge. */
import type { Command } from 'commander';
import { say, sources } from './options.ts';

/** `edge` is the command `quantrac edge`. */
export function addEdges(edge: Command): void {
  edge
    .command('code <name>')
    .description('Shows a code with which a box is enrolled as this edge, once and within an hour')
    .requiredOption('--config <file>', "the gateway's settings")
    .addHelpText('after', '\nExample:\n  quantrac edge code edge-hoa-vang --config gateway.yaml')
    .action(async (name: string, { config }) => {
      const { issueCode } = await import('../gateway/identity/edge-command.ts');
      for (const line of await issueCode(sources(config), name)) say(line);
    });
  edge
    .command('revoke <name>')
    .description('Nothing of this edge is let in any more: its connection ends within a second')
    .option('--reason <text>', 'for the audit log', 'revoked at the command line')
    .requiredOption('--config <file>', "the gateway's settings")
    .addHelpText(
      'after',
      '\nExample:\n  quantrac edge revoke edge-hoa-vang --reason "stolen" --config gateway.yaml',
    )
    .action(async (name: string, { reason, config }) => {
      const { revokeEdge } = await import('../gateway/identity/edge-command.ts');
      say(await revokeEdge(sources(config), name, reason));
    });
  edge
    .command('list')
    .description('All edges: how each gets in, until when, and when it was seen last')
    .requiredOption('--config <file>', "the gateway's settings")
    .addHelpText('after', '\nExample:\n  quantrac edge list --config gateway.yaml')
    .action(async ({ config }) => {
      const { edgeTable } = await import('../gateway/identity/edge-command.ts');
      for (const line of await edgeTable(sources(config))) say(line);
    });
}
