/**
 * One connection's way in. While its client has its share in flight nothing more is read from the socket: the
 * kernel's buffers fill, and TCP holds the client back. Nothing is dropped. What of a packet is to come is known from
 * its header, so that a large one waits before it takes memory.
 */
import type { Socket } from 'node:net';
import { createFrames } from './frames.ts';
import type { Shares, Waiter } from './shares.ts';

/** A PUBLISH larger than this ends the connection; below it a payload that is too large is acknowledged and told. */
export const MAX_PUBLISH = 16 * 1024 * 1024;
/** CONNECT is the largest of the others: five fields of at most 64 KB. */
const MAX_OTHER = 5 * 65_540;
/** What a publish takes besides its bytes: the packet as an object, its promises, its place in the queues. */
const PUBLISH_COST = 1024;

const weightOf = (length: number): number => length + PUBLISH_COST;

export interface Intake {
  /** Who it is. Before that, nothing beyond CONNECT and what came in the same chunk is read. */
  admit(client: string): void;
  /**
   * A publish of this remaining length has reached the gate; call the answer when it is done with. A will, which has
   * none, came with CONNECT and took nothing of the share.
   */
  arrived(length: number | undefined): () => void;
  /** True while something of it is here and not read: then its silence is ours. */
  unread(): boolean;
  /** Time of the last bytes, by `now`. */
  heardAt(): number;
}

export function holdBack(
  socket: Socket,
  shares: Shares,
  now: () => number,
  refuse: (reason: string) => void,
): Intake {
  const frames = createFrames();
  const readSocket = socket.read.bind(socket);
  let client: string | null = null;
  /** Taken, and not yet at the gate. */
  let onTheWay = 0;
  /** A publish that has begun and has no room yet. */
  let wanted = 0;
  /** Publishes that have reached the gate since Aedes was told to read on. */
  let atGate = 0;
  let packets = 0;
  let waiter: Waiter | null = null;
  let held = false;
  let closed = false;
  let heard = now();

  const take = (bytes: number): void => {
    onTheWay += bytes;
    if (client !== null) shares.take(client, bytes);
  };

  const mayRead = (): boolean => {
    if (client === null) return packets === 0 || (packets === 1 && frames.missing() > 0);
    if (wanted === 0 && frames.missing() > 0) return true;
    if (!shares.mayTake(client, wanted)) return false;
    take(wanted);
    wanted = 0;
    return true;
  };

  const resume = (): void => {
    waiter = null;
    if (!held || closed) return;
    held = false;
    // Aedes reads when the stream says that it is readable; it was, when we answered that nothing is there.
    socket.emit('readable');
  };

  /**
   * Aedes reads on when what it has read is done with, and takes each 'readable' for one packet that is. What waits at the
   * gate, for a database say, must not keep it from what comes behind: an alarm has nothing to wait for.
   */
  const readOn = (): void => {
    if (atGate++ > 0) return;
    // After the chunk that is being parsed.
    setImmediate(() => {
      for (; atGate > 0; atGate--) if (!closed) socket.emit('readable');
    });
  };

  const scan = (chunk: Buffer): boolean => {
    const begun = frames.scan(chunk);
    for (const [index, { publish, length }] of begun.entries()) {
      packets++;
      const known = publish && packets > 1 ? MAX_PUBLISH : MAX_OTHER;
      if (length > known) {
        refuse(`a packet of ${length} bytes, at most ${known} are taken`);
        return false;
      }
      if (!publish) continue;
      if (index === begun.length - 1 && frames.missing() > 0) wanted = weightOf(length);
      else take(weightOf(length));
    }
    return true;
  };

  socket.read = (size?: number | null) => {
    if (typeof size === 'number') return readSocket(size);
    if (closed) return null;
    if (!mayRead()) {
      held = true;
      if (client !== null && waiter === null) {
        waiter = { client, bytes: wanted, wake: resume };
        shares.wait(waiter);
      }
      return null;
    }
    const chunk: Buffer | null = readSocket();
    if (chunk === null) return null;
    heard = now();
    return scan(chunk) ? chunk : null;
  };

  socket.once('close', () => {
    closed = true;
    if (waiter !== null) shares.leave(waiter);
    if (client !== null) shares.give(client, onTheWay);
    onTheWay = 0;
  });

  return {
    admit(name) {
      if (closed) return;
      client = name;
      shares.take(name, onTheWay);
      resume();
    },
    arrived(length) {
      if (length === undefined || closed || client === null) return () => {};
      const bytes = weightOf(length);
      const owner = client;
      onTheWay -= bytes;
      readOn();
      return () => shares.give(owner, bytes);
    },
    unread: () => held || socket.readableLength > 0,
    heardAt: () => heard,
  };
}
