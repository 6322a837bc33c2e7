/** Where the feed is delivered to: how far it got, whether it can be reached, and what it refused. */
import type { Command } from 'commander';
import { say, sources, wholeNumber } from './options.ts';

export function addDestinations(program: Command): void {
  const destination = program
    .command('destination')
    .description(
      'Where the running gateway delivers the IOC feed to; QUANTRAC_TOKEN is a token of a technician',
    );
  const add = (name: string): Command =>
    destination.command(name).requiredOption('--config <file>', "the gateway's settings: where its API is");
  const number = wholeNumber(0, Number.MAX_SAFE_INTEGER);

  add('list')
    .description('How far each destination got, and what keeps it from more')
    .option('--json', 'one JSON object instead of text')
    .addHelpText('after', '\nExample:\n  quantrac destination list --config gateway.yaml')
    .action(async ({ config, json }) => {
      const { listDestinations } = await import('../gateway/ioc/destination-command.ts');
      await listDestinations(sources(config), json === true, say);
    });
  add('test <name>')
    .description('Reaches it with what says that it is a test, or says why it cannot')
    .addHelpText(
      'after',
      '\nExit code: 0 it was taken, 1 it was not.\n\nExample:\n  quantrac destination test ioc-da-nang --config gateway.yaml',
    )
    .action(async (name: string, { config }) => {
      const { testDestination } = await import('../gateway/ioc/destination-command.ts');
      if (!(await testDestination(sources(config), name, say))) process.exitCode = 1;
    });
  add('resume <name>')
    .description('Lets a stopped destination go on, or tries a failing one now')
    .addHelpText('after', '\nExample:\n  quantrac destination resume ioc-da-nang --config gateway.yaml')
    .action(async (name: string, { config }) => {
      const { resumeDestination } = await import('../gateway/ioc/destination-command.ts');
      await resumeDestination(sources(config), name, say);
    });
  add('dead-letters <name>')
    .description('Shows what it has refused for good; sends one again or discards it')
    .option('--resend <number>', 'send this one again', number)
    .option('--discard <number>', 'remove this one, unsent', number)
    .option('--json', 'one JSON object a line instead of text')
    .addHelpText(
      'after',
      '\nExit code: 1 when what was sent again was not taken.\n\nExample:\n  quantrac destination dead-letters ioc-da-nang --resend 17 --config gateway.yaml',
    )
    .action(async (name: string, { config, ...options }) => {
      const { deadLetters } = await import('../gateway/ioc/destination-command.ts');
      if (!(await deadLetters(sources(config), name, options, say))) process.exitCode = 1;
    });
}
