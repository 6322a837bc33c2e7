/** For the tests of the channels: a message, settings that have passed their schema, and a scratch folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { openScratchLedger } from '../../gateway/ledger.ts';
import { type Answer, type Channel, type Message, Undeliverable } from '../../gateway/notify/channel.ts';
import { type Channels, openChannels } from '../../gateway/notify/channels/index.ts';
import { channelSettingsSchema } from '../../gateway/notify/channels/settings.ts';

export const NEVER = new AbortController().signal;

export const message: Message = {
  id: 'm:12/1',
  level: 'critical',
  title: 'Khẩn cấp: Cháy rừng – Trạm Bà Nà',
  text: 'Khói 38,5 µg/m³ lúc 14:05 <b>ngày</b> 05/03 & "gió" cấp 6.\n\nTrả lời: OK 12',
  short: 'KHẨN: cháy rừng Bà Nà "khói" 38 lúc 14:05. Trả lời OK 12',
  url: 'https://quantrac.example.vn/ack/abc?x=1&y=2',
};

export function open(settings: object, onAnswer: (answer: Answer) => void = () => {}): Channels {
  const ledger = openScratchLedger();
  const channels = openChannels(channelSettingsSchema.parse(settings), {
    ledger,
    log: pino({ level: 'silent' }),
    now: Date.now,
    onAnswer,
  });
  onTestFinished(async () => {
    await channels.close();
    ledger.close();
  });
  return channels;
}

export function channel(channels: Channels, kind: string): Channel {
  const found = channels.byKind.get(kind);
  if (!found) throw new Error(`there is no channel ${kind}`);
  return found;
}

/** null when it was taken, otherwise whether it is for good, and why. */
export const outcome = (sending: Promise<void>): Promise<readonly [boolean, string] | null> =>
  sending.then(
    () => null,
    (error: Error) => [error instanceof Undeliverable, error.message] as const,
  );

export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-channel-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
