/** Who may come to the gateway: people, scripts, edges and devices. */
import { type Command, Option } from 'commander';
import { say, sources, wholeNumber } from './options.ts';

const CONFIG = ['--config <file>', "the gateway's settings"] as const;
const AREAS = [
  '--areas <areas...>',
  'Vietnamese names of the areas it is limited to; all without this',
] as const;
const example = (line: string): string => `\nExample:\n  ${line}`;

/** Loaded when a command is called. */
const administer = () => import('../gateway/admin.ts');
const lists = () => import('../gateway/users/list-command.ts');

export function addAccounts(program: Command): void {
  addUsers(program.command('user').description("People at the gateway's page and API"));
  addTokens(program.command('token').description('Bearer tokens for scripts'));
  addDevices(program.command('device').description('Accounts at the broker'));
}

function addUsers(user: Command): void {
  user
    .command('add <name>')
    .description('Adds a person, or gives a new role, areas and password; prints the password once')
    .requiredOption('--role <role>', 'viewer, operator, technician or admin')
    .option(...AREAS)
    .requiredOption(...CONFIG)
    .addHelpText(
      'after',
      example("quantrac user add lan --role operator --areas 'Hòa Vang' --config gateway.yaml"),
    )
    .action(async (name: string, { role, areas, config }) => {
      const { addUser, withAccounts } = await administer();
      say(
        `password of ${name}: ${await withAccounts(sources(config), (accounts) => addUser(accounts, name, role, areas))}`,
      );
    });
  user
    .command('list')
    .description('Lists people with role, areas and last login')
    .option('--json', 'as one line of JSON')
    .requiredOption(...CONFIG)
    .addHelpText('after', example('quantrac user list --config gateway.yaml'))
    .action(async ({ json = false, config }) => {
      const [{ withAccounts }, { listUsers }] = await Promise.all([administer(), lists()]);
      await withAccounts(sources(config), async (accounts) => listUsers(accounts, json, say));
    });
  user
    .command('password <name>')
    .description('Gives a person a new password, which ends their sessions; prints it once')
    .requiredOption(...CONFIG)
    .addHelpText('after', example('quantrac user password lan --config gateway.yaml'))
    .action(async (name: string, { config }) => {
      const { newPassword, withAccounts } = await administer();
      say(
        `password of ${name}: ${await withAccounts(sources(config), (accounts) => newPassword(accounts, name))}`,
      );
    });
  user
    .command('remove <name>')
    .description('Removes a person with all sessions and tokens, also in the gateway that runs')
    .requiredOption(...CONFIG)
    .addHelpText('after', example('quantrac user remove lan --config gateway.yaml'))
    .action(async (name: string, { config }) => {
      const { removeUser, withAccounts } = await administer();
      await withAccounts(sources(config), async (accounts) => removeUser(accounts, name));
      say(`user ${name} is removed`);
    });
  user
    .command('link <name>')
    .description('Prints the path of a link that logs a person in once, within an hour')
    .requiredOption(...CONFIG)
    .addHelpText('after', example('quantrac user link lan --config gateway.yaml'))
    .action(async (name: string, { config }) => {
      const { addLink, withAccounts } = await administer();
      say(`/login/${await withAccounts(sources(config), async (accounts) => addLink(accounts, name))}`);
    });
}

function addTokens(token: Command): void {
  token
    .command('add <user>', { isDefault: true })
    .description('Prints a new bearer token, with the rights of the user or fewer')
    .option('--days <days>', 'how long it is good', wholeNumber(1, 365), 90)
    .option('--role <role>', "the most that it may do; the user's role without this")
    .option(...AREAS)
    .option('--label <text>', 'what it is for', 'command line')
    .requiredOption(...CONFIG)
    .addHelpText(
      'after',
      example("quantrac token lan --days 30 --role viewer --label 'monthly report' --config gateway.yaml"),
    )
    .action(async (name: string, { days, role, areas, label, config }) => {
      const { addToken, withAccounts } = await administer();
      const limits = { role, areas, label };
      say(await withAccounts(sources(config), async (accounts) => addToken(accounts, name, days, limits)));
    });
  token
    .command('list')
    .description('Lists the tokens of all people: what they may, until when, when they were used')
    .option('--json', 'as one line of JSON')
    .requiredOption(...CONFIG)
    .addHelpText('after', example('quantrac token list --config gateway.yaml'))
    .action(async ({ json = false, config }) => {
      const [{ withAccounts }, { listTokens }] = await Promise.all([administer(), lists()]);
      await withAccounts(sources(config), async (accounts) => listTokens(accounts, json, say));
    });
  token
    .command('revoke <id>')
    .description('Ends a token, by the id that the list says')
    .requiredOption(...CONFIG)
    .addHelpText('after', example('quantrac token revoke 5f0c2b7a91d3e846 --config gateway.yaml'))
    .action(async (id: string, { config }) => {
      const { revokeToken, withAccounts } = await administer();
      await withAccounts(sources(config), async (accounts) => revokeToken(accounts, id));
      say(`token ${id} is revoked`);
    });
}

function addDevices(device: Command): void {
  device
    .command('add <name>', { isDefault: true })
    .description(
      'Adds an account for an edge, a device or a subscriber, or gives a new password; prints it once',
    )
    .addOption(
      new Option('--kind <kind>', 'what it is').choices(['edge', 'flows', 'subscriber']).default('edge'),
    )
    .requiredOption(...CONFIG)
    .addHelpText('after', example('quantrac device edge-hoa-vang --config gateway.yaml'))
    .action(async (name: string, { kind, config }) => {
      const { addDevice, withAccounts } = await administer();
      say(
        `password of ${name}: ${await withAccounts(sources(config), (accounts) => addDevice(accounts, name, kind))}`,
      );
    });
  device
    .command('list')
    .description('Lists the accounts with their kind and when their newest status came')
    .option('--json', 'as one line of JSON')
    .requiredOption(...CONFIG)
    .addHelpText('after', example('quantrac device list --config gateway.yaml'))
    .action(async ({ json = false, config }) => {
      const [{ withAccounts }, { listDevices }] = await Promise.all([administer(), lists()]);
      await withAccounts(sources(config), async (accounts) => listDevices(accounts, json, say));
    });
  device
    .command('remove <name>')
    .description('Removes an account, and ends its connections in the gateway that runs')
    .requiredOption(...CONFIG)
    .addHelpText('after', example('quantrac device remove edge-hoa-vang --config gateway.yaml'))
    .action(async (name: string, { config }) => {
      const { withAccounts } = await administer();
      await withAccounts(sources(config), async (accounts) => accounts.removeAccount(name));
      say(`device ${name} is removed`);
    });
}
