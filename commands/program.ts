/** All commands. Each loads its part only when it is called. */
import { Command } from 'commander';
import { addAccess } from './access.ts';
import { addAccounts } from './accounts.ts';
import { addAudit } from './audit.ts';
import { addDestinations } from './destinations.ts';
import { addEnrol } from './enrol.ts';
import { addFleet } from './fleet.ts';
import { addIoc } from './ioc.ts';
import { addKeeping } from './keeping.ts';
import { addNotify } from './notify.ts';
import { addRehearsals } from './rehearsals.ts';
import { addServices } from './services.ts';
import { addStationFiles } from './station-files.ts';
import { addTechnician } from './technician.ts';

export function buildProgram(): Command {
  const program = new Command('quantrac')
    .description('From a Modbus register at a river station or forest watch post to the operations centre.')
    .configureHelp({ showGlobalOptions: true })
    // A command and those below it may both have a --config (edge, edge code).
    .enablePositionalOptions()
    .showHelpAfterError('(--help shows what this takes)');

  addServices(program);
  addTechnician(program);
  addEnrol(program);
  addAccounts(program);
  addAccess(program);
  addKeeping(program);
  addAudit(program);
  addDestinations(program);
  addIoc(program);
  addFleet(program);
  addNotify(program);
  addRehearsals(program);
  addStationFiles(program);
  return program;
}
