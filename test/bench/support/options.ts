/** Options that all benches have. */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** A few seconds, to see that the bench still runs: its figures are not to be relied on. */
  readonly short: boolean;
}

/** Prints the help and ends the process where it was asked for. */
export function benchOptions(about: string): BenchOptions {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(
      `${about}\n\n  --short  a few seconds, for a look at whether it runs\n  --help   this text\n\nExample:\n  node test/bench/${basename(process.argv[1] ?? '')} --short\n`,
    );
    process.exit(0);
  }
  return { short: values.short };
}
