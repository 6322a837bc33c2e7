/** The root logger of a process. Secrets are taken out here, once for all parts, of the line as it is about to be written. */
import { type DestinationStream, destination, type Logger, multistream, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const CENSORED = '[secret]';

/** A field of such a name at any depth: its text or number, or the texts of its list. */
const FIELD =
  /("(?:[\w-]*[_-])?(?:password|passphrase|secret|token|authorization|cookie|phone|telephone|e?mail)s?"):("(?:[^"\\]|\\.)*"|-?[\d.]+|\[[^[\]{}]*\])/gi;

/** Within any text, such as the message of an error that a library made. */
const IN_TEXT: readonly (readonly [RegExp, string])[] = [
  // The login of an address: scheme://name:word@host.
  [/(\/\/)[^/\s@"\\]+@/g, `$1${CENSORED}@`],
  [/\b(bearer|basic) +[\w.~+/=-]{6,}/gi, `$1 ${CENSORED}`],
  [/\b(password|secret|token|quantrac_session)=[^\s&;"\\]+/gi, `$1=${CENSORED}`],
  // A one-time link is a right as long as it is not used.
  [/\/(login|ack)\/[\w-]{8,}/g, `/$1/${CENSORED}`],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, CENSORED],
  // Telephone numbers as people write those of Vietnam.
  [/(?<![\w.+-])(?:\+84|0)\d{8,10}(?![\w.])/g, CENSORED],
];

/** A line of the log (JSON) without what nobody is to find in it. Where it stood says `[secret]`. */
export const withoutSecrets = (line: string): string =>
  IN_TEXT.reduce(
    (text, [pattern, censored]) => text.replace(pattern, censored),
    line.replace(FIELD, `$1:"${CENSORED}"`),
  );

/** The newest lines of a log in memory, as they were written: without secrets. */
export interface RecentLog extends DestinationStream {
  /** At most so many, oldest first. */
  lines(most: number): readonly string[];
}

/** Characters of a kept line; the rest of a longer one is cut off. */
const LONGEST_LINE = 2000;

export function keepRecent(most: number): RecentLog {
  const kept: string[] = [];
  return {
    write(line) {
      kept.push(line.trimEnd().slice(0, LONGEST_LINE));
      if (kept.length > most) kept.shift();
    },
    lines: (wanted) => kept.slice(-wanted),
  };
}

/** Logs JSON lines to standard error: standard output belongs to what a command answers. */
export function createLogger(service: string, level: LogLevel, recent?: RecentLog): Logger {
  const standardError = destination({ fd: 2, sync: true });
  return pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      hooks: { streamWrite: withoutSecrets },
    },
    // Each takes whatever the logger's own level lets through.
    recent === undefined
      ? standardError
      : multistream([
          { level: 0, stream: standardError },
          { level: 0, stream: recent },
        ]),
  );
}
