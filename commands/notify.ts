/** People who are told of alerts. */
import type { Command } from 'commander';
import { say, sources } from './options.ts';

export function addNotify(program: Command): void {
  const notify = program
    .command('notify')
    .description('People whom the running gateway tells of alerts; QUANTRAC_TOKEN is a token of an admin');
  const add = (name: string): Command =>
    notify.command(name).requiredOption('--config <file>', "the gateway's settings: where its API is");

  add('test <person>')
    .description('Sends a test by each channel of a person, and says what became of each')
    .addHelpText(
      'after',
      '\nExit code: 0 each was taken, 1 one was not.\n\nExample:\n  quantrac notify test lan --config gateway.yaml',
    )
    .action(async (person: string, { config }) => {
      const { testPerson } = await import('../gateway/notify/notices-command.ts');
      if (!(await testPerson(sources(config), person, say))) process.exitCode = 1;
    });
  add('people')
    .description('Shows who there is, by which channels and when on duty; no numbers and addresses')
    .option('--json', 'one JSON object instead of text, with numbers and addresses')
    .addHelpText('after', '\nExample:\n  quantrac notify people --config gateway.yaml')
    .action(async ({ config, json }) => {
      const { listPeople } = await import('../gateway/notify/notices-command.ts');
      await listPeople(sources(config), json === true, say);
    });
  add('plans')
    .description('Shows who is told of which alerts, and who next when nobody acknowledges')
    .option('--json', 'one JSON object instead of text')
    .addHelpText('after', '\nExample:\n  quantrac notify plans --config gateway.yaml')
    .action(async ({ config, json }) => {
      const { listPlans } = await import('../gateway/notify/notices-command.ts');
      await listPlans(sources(config), json === true, say);
    });
}
