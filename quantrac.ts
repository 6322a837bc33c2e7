/** The command line, started by quantrac.js. */
import { endWhenUnread } from './commands/options.ts';
import { buildProgram } from './commands/program.ts';
import { tellFault } from './devices/kit/service.ts';

endWhenUnread(process.stdout);
const program = buildProgram();

program
  .command('compile')
  .description('Takes the types out of the code of all parts, so that they start sooner; `npm ci` does it')
  .addHelpText('after', '\nExample:\n  quantrac compile')
  .action(async () => {
    await Promise.all([
      import('./demo/main.ts'),
      import('./demo/receiver.ts'),
      import('./devices/simulator/profile-field.ts'),
      import('./edge/identity/enrol-command.ts'),
      import('./edge/main.ts'),
      import('./edge/technician/check-command.ts'),
      import('./edge/technician/probe-command.ts'),
      import('./edge/technician/registers-command.ts'),
      import('./edge/technician/scan-command.ts'),
      import('./flows/main.ts'),
      import('./gateway/access/print.ts'),
      import('./gateway/admin.ts'),
      import('./gateway/audit/list-command.ts'),
      import('./gateway/audit/verify-command.ts'),
      import('./gateway/backup-command.ts'),
      import('./gateway/evidence/thread-serve.ts'),
      import('./gateway/evidence/verify-command.ts'),
      import('./gateway/fleet/config-command.ts'),
      import('./gateway/fleet/orders-command.ts'),
      import('./gateway/ioc/destination-command.ts'),
      import('./gateway/ioc/feed-verify-command.ts'),
      import('./gateway/ioc/station-files/import-command.ts'),
      import('./gateway/identity/authority.ts'),
      import('./gateway/identity/edge-command.ts'),
      import('./gateway/main.ts'),
      import('./gateway/notify/notices-command.ts'),
      import('./gateway/quarantine-command.ts'),
      import('./gateway/rehearse-command.ts'),
      import('./gateway/store/thread-serve.ts'),
      import('./gateway/users/list-command.ts'),
    ]);
  });

program.parseAsync().catch((error: unknown) => {
  tellFault(error);
  process.exit(1);
});
