/** The command line, started by quantrac.js. Each command loads its part only when it is called. */
import { Command } from 'commander';
import { addAccounts } from './commands/accounts.ts';
import { addDestinations } from './commands/destinations.ts';
import { addIoc } from './commands/ioc.ts';
import { addKeeping } from './commands/keeping.ts';
import { addNotify } from './commands/notify.ts';
import { addRehearsals } from './commands/rehearsals.ts';
import { addServices } from './commands/services.ts';
import { addStationFiles } from './commands/station-files.ts';
import { addTechnician } from './commands/technician.ts';
import { tellFault } from './devices/kit/service.ts';

const program = new Command('quantrac')
  .description('From a Modbus register at a river station or forest watch post to the operations centre.')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(--help shows what this takes)');

addServices(program);
addTechnician(program);
addAccounts(program);
addKeeping(program);
addDestinations(program);
addIoc(program);
addNotify(program);
addRehearsals(program);
addStationFiles(program);

program
  .command('compile')
  .description('Takes the types out of the code of all parts, so that they start sooner; `npm ci` does it')
  .addHelpText('after', '\nExample:\n  quantrac compile')
  .action(async () => {
    await Promise.all([
      import('./demo/main.ts'),
      import('./demo/receiver.ts'),
      import('./devices/simulator/profile-field.ts'),
      import('./edge/main.ts'),
      import('./edge/technician/check-command.ts'),
      import('./edge/technician/probe-command.ts'),
      import('./edge/technician/registers-command.ts'),
      import('./edge/technician/scan-command.ts'),
      import('./flows/main.ts'),
      import('./gateway/admin.ts'),
      import('./gateway/backup-command.ts'),
      import('./gateway/ioc/destination-command.ts'),
      import('./gateway/ioc/feed-verify-command.ts'),
      import('./gateway/ioc/station-files/import-command.ts'),
      import('./gateway/main.ts'),
      import('./gateway/notify/notices-command.ts'),
      import('./gateway/quarantine-command.ts'),
      import('./gateway/rehearse-command.ts'),
      import('./gateway/store/thread-serve.ts'),
    ]);
  });

program.parseAsync().catch((error: unknown) => {
  tellFault(error);
  process.exit(1);
});
