/** The socket to a local broker, behind a trimmer. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { createTrimmer } from './trim.ts';

const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 };

/** `most`: bytes of one message, topic included, that are let through. */
export function openSocket(address: string, most: number): Duplex {
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const to = { host, port: port === '' ? (PORTS[protocol] ?? 1883) : Number(port) };
  const socket =
    protocol === 'mqtts:'
      ? connectTls({ ...to, ...(isIP(host) === 0 && { servername: host }) })
      : connectTcp(to);
  socket.setNoDelay(true);
  return trimmed(socket, most);
}

function trimmed(socket: Socket, most: number): Duplex {
  const trim = createTrimmer(most);
  const duplex = new Duplex({
    read: () => void socket.resume(),
    write: (chunk, _encoding, done) => void socket.write(chunk, (error) => done(error ?? null)),
    final: (done) => void socket.end(() => done()),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    for (const part of trim(chunk)) if (!duplex.push(part)) socket.pause();
  });
  socket.on('end', () => duplex.push(null));
  socket.on('error', (error) => duplex.destroy(error));
  socket.on('close', () => duplex.destroy());
  return duplex;
}
