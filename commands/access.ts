/** Who may do what, as the gateway goes by it. */
import type { Command } from 'commander';
import { say } from './options.ts';

export function addAccess(program: Command): void {
  program
    .command('access')
    .description(
      'Who may do what, where: the table that HTTP, MQTT, the stream, SensorThings and the editor go by',
    )
    .option('--mqtt', 'the part of machines at the broker, instead of that of people')
    .option('--json', 'both parts as one JSON object')
    .option('--markdown', 'both parts as docs/access.md has them')
    .addHelpText(
      'after',
      `
Examples:
  quantrac access
  quantrac access --mqtt
  quantrac access --json | jq '.http[] | select(.role == "admin") | .name'`,
    )
    .action(async ({ mqtt, json, markdown }) => {
      const { accessJson, accessMarkdown, accessText } = await import('../gateway/access/print.ts');
      if (json) say(accessJson());
      else if (markdown) say(accessMarkdown().trimEnd());
      else say(accessText(mqtt ? 'mqtt' : 'http'));
    });
}
