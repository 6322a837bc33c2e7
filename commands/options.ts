/** How options of the command line are read, and where a command's words go. */
import { createInterface } from 'node:readline';
import { InvalidArgumentError } from 'commander';
import { UserFault } from '../devices/kit/fault.ts';
import type { SettingsSources } from '../devices/kit/settings.ts';

export const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('must be 0 to 65535');
  return value;
};
export const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a positive number');
  return value;
};
export const wholeNumber =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`must be a whole number from ${low} to ${high}`);
    return value;
  };
export const sources = (
  config: string | undefined,
  flags: Record<string, unknown> = {},
): SettingsSources => ({
  file: config,
  env: process.env,
  flags,
});
/** One line of standard input, which on a terminal is asked for. Throws a UserFault when it ends before that. */
export async function askLine(question: string): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write(question);
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
    process.stdin.destroy();
  }
  throw new UserFault(`${question.trim()} there is nothing on standard input`);
}
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `quantrac audit list | head`: who reads has had enough, and that is no fault of ours. */
export function endWhenUnread(stream: NodeJS.WritableStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
