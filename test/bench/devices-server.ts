/** Modbus TCP devices for benches: small enough that hundreds of them in one process cost less than what reads them. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { ReadWord } from '../../devices/decode.ts';
import { answerPdu } from '../../devices/simulator/answer.ts';
import { decodeTcp, encodeTcp, splitTcp, transactionOf } from '../../devices/simulator/frame.ts';

/** `silent` takes connections and requests and never answers; `refuses` takes no connection. */
export type DeviceMode = 'answers' | 'silent' | 'refuses';

export interface Device {
  readonly port: number;
  mode(mode: DeviceMode): Promise<void>;
  /** Breaks the connections that there are. */
  hangUp(): void;
  close(): Promise<void>;
}

/** Every unit id of a connection gets the same answer; `words` gives the registers as they are now. */
export async function startDevice(words: (now: number) => ReadWord): Promise<Device> {
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A reader that breaks its connection is no matter of ours.
    socket.on('error', () => {});
    let stream: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      const { frames, rest } = splitTcp(Buffer.concat([stream, chunk]));
      stream = rest;
      for (const bytes of frames) {
        if (silent) continue;
        const { unit, pdu } = decodeTcp(bytes);
        socket.write(encodeTcp({ unit, pdu: answerPdu(pdu, words(Date.now())) }, transactionOf(bytes)));
      }
    });
  });
  const port = await listen(server, 0);
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  async function leave(): Promise<void> {
    hangUp();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  }
  return {
    port,
    async mode(mode) {
      silent = mode === 'silent';
      if (mode === 'refuses') await leave();
      else if (!server.listening) await listen(server, port);
    },
    hangUp,
    close: leave,
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
