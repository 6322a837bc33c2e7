/** For tests: a field from a text, and a reader that sends bytes and shows the bytes that come back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type FieldService, startField } from './main.ts';

/** The folder goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-field-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function fileOf(yaml: string): string {
  const file = join(temporaryFolder(), 'field.yaml');
  writeFileSync(file, yaml, { mode: 0o600 });
  return file;
}

/** Stops when the test ends. */
export async function fieldOf(yaml: string, now?: () => number): Promise<FieldService> {
  const field = await startField({ file: fileOf(yaml), flags: { base_port: 0, log_level: 'silent' } }, now);
  onTestFinished(() => field.stop());
  return field;
}

export interface Wire {
  /** Bytes as hexadecimal digits; blanks are for people. */
  send(hex: string): void;
  /** The next so many bytes, as soon as they are there. */
  take(count: number): Promise<string>;
}

export async function wireTo(port: number | undefined): Promise<Wire> {
  const socket = connect({ host: '127.0.0.1', port: port ?? 0, noDelay: true });
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => resolve());
  });
  let received = Buffer.alloc(0);
  let look = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    look();
  });
  return {
    send: (hex) => void socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
    take: (count) =>
      new Promise((resolve) => {
        look = () => {
          if (received.length < count) return;
          look = () => {};
          resolve(received.subarray(0, count).toString('hex'));
          received = received.subarray(count);
        };
        look();
      }),
  };
}
