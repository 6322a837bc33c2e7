/**
 * Who may take how many of the broker's connections: an account a few, and an address so many that have not logged in yet,
 * so that neither one password that leaked nor somebody without any uses up the places of all.
 */
import type { Socket } from 'node:net';
import { networkOf } from '../../devices/kit/attempts.ts';
import { isLoopback } from '../../devices/kit/loopback.ts';

export interface PlaceBounds {
  /** Connections of one account: an edge has one, and another while its last one is not known to be gone. */
  readonly account: number;
  /** Connections of one address that have not logged in: many edges may be behind one router and come back together. */
  readonly address: number;
  /** The same of this machine itself: a proxy or forwarder that stands there brings all. */
  readonly loopback: number;
}

export const PLACES: PlaceBounds = { account: 5, address: 500, loopback: 2000 };

export interface Places {
  /** Somebody has come. False: too many from there have not logged in. */
  knock(socket: Socket): boolean;
  /**
   * It has logged in as `account`. A sentence: why it may not stay. One with the client id of another connection of its account
   * takes its place (MQTT 3.1.1, 3.1.4-2) and is not counted beside it.
   */
  enter(socket: Socket, account: string, clientId: string): string | null;
}

export function createPlaces(bounds: PlaceBounds = PLACES): Places {
  const outside = new Map<string, Set<Socket>>();
  const inside = new Map<string, Map<Socket, string>>();

  const leave = (socket: Socket, address: string): void => {
    const waiting = outside.get(address);
    if (waiting?.delete(socket) && waiting.size === 0) outside.delete(address);
  };
  /** A socket that is closed has no address any more. */
  const addresses = new WeakMap<Socket, string>();

  return {
    knock(socket) {
      const given = socket.remoteAddress ?? 'unknown';
      const address = networkOf(given);
      const waiting = outside.get(address) ?? new Set();
      if (waiting.size >= (isLoopback(given) ? bounds.loopback : bounds.address)) return false;
      outside.set(address, waiting.add(socket));
      addresses.set(socket, address);
      socket.once('close', () => leave(socket, address));
      return true;
    },
    enter(socket, account, clientId) {
      if (socket.destroyed) return 'it is gone';
      const connections = inside.get(account) ?? new Map<Socket, string>();
      const ids = new Set(connections.values());
      if (!ids.has(clientId) && ids.size >= bounds.account)
        return `${account} has ${bounds.account} connections already`;
      leave(socket, addresses.get(socket) ?? '');
      inside.set(account, connections.set(socket, clientId));
      socket.once('close', () => {
        connections.delete(socket);
        if (connections.size === 0 && inside.get(account) === connections) inside.delete(account);
      });
      return null;
    },
  };
}
