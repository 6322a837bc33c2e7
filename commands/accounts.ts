/** Who may come to the gateway: people, scripts, edges and devices. */
import { type Command, Option } from 'commander';
import { positive, say, sources } from './options.ts';

export function addAccounts(program: Command): void {
  const user = program.command('user').description("People at the gateway's page and API");
  user
    .command('add <name>')
    .description('Adds a person, or gives a new role and password; prints the password once')
    .requiredOption('--role <role>', 'viewer, operator, technician or admin')
    .requiredOption('--config <file>', "the gateway's settings")
    .addHelpText('after', '\nExample:\n  quantrac user add lan --role operator --config gateway.yaml')
    .action(async (name: string, { role, config }) => {
      const { addUser, withAccounts } = await import('../gateway/admin.ts');
      say(
        `password of ${name}: ${await withAccounts(sources(config), (accounts) => addUser(accounts, name, role))}`,
      );
    });
  user
    .command('link <name>')
    .description('Prints the path of a link that logs a person in once, within an hour')
    .requiredOption('--config <file>', "the gateway's settings")
    .addHelpText('after', '\nExample:\n  quantrac user link lan --config gateway.yaml')
    .action(async (name: string, { config }) => {
      const { addLink, withAccounts } = await import('../gateway/admin.ts');
      say(`/login/${await withAccounts(sources(config), async (accounts) => addLink(accounts, name))}`);
    });

  program
    .command('token <user>')
    .description('Prints a new bearer token for scripts, with the rights of the user')
    .option('--days <days>', 'how long it is good', positive, 90)
    .requiredOption('--config <file>', "the gateway's settings")
    .addHelpText('after', '\nExample:\n  quantrac token lan --days 30 --config gateway.yaml')
    .action(async (name: string, { days, config }) => {
      const { addToken, withAccounts } = await import('../gateway/admin.ts');
      say(await withAccounts(sources(config), async (accounts) => addToken(accounts, name, days)));
    });

  program
    .command('device <name>')
    .description(
      'Adds an account at the broker for an edge, a device or a subscriber, or gives a new password; prints it once',
    )
    .addOption(
      new Option('--kind <kind>', 'what it is').choices(['edge', 'flows', 'subscriber']).default('edge'),
    )
    .requiredOption('--config <file>', "the gateway's settings")
    .addHelpText('after', '\nExample:\n  quantrac device edge-hoa-vang --config gateway.yaml')
    .action(async (name: string, { kind, config }) => {
      const { addDevice, withAccounts } = await import('../gateway/admin.ts');
      say(
        `password of ${name}: ${await withAccounts(sources(config), (accounts) => addDevice(accounts, name, kind))}`,
      );
    });
}
