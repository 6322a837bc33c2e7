/** How options of the command line are read, and where a command's words go. */
import { InvalidArgumentError } from 'commander';
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
export const say = (line: string): void => void process.stdout.write(`${line}\n`);
