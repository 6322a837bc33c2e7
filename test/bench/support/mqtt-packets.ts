/** The few packets of MQTT 3.1.1 that a load needs, as bytes. */

export interface Connect {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly keepAliveS: number;
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** A packet with its fixed header (section 2.2). */
function packet(first: number, body: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = body.length; length.length === 0 || rest > 0; rest >>= 7)
    length.push(rest > 127 ? (rest & 0x7f) | 0x80 : rest);
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

const CLEAN_WITH_LOGIN = 0b1100_0010;

export const connectPacket = ({ clientId, username, password, keepAliveS }: Connect): Buffer =>
  packet(
    0x10,
    Buffer.concat([
      text('MQTT'),
      Buffer.from([4, CLEAN_WITH_LOGIN, keepAliveS >> 8, keepAliveS & 0xff]),
      ...[clientId, username, password].map(text),
    ]),
  );

export const PING = Buffer.from([0xc0, 0]);

/** QoS 1; the packet id is at `idAt` and the payload from `payloadAt` to the end. */
export interface Publish {
  readonly bytes: Buffer;
  readonly idAt: number;
  readonly payloadAt: number;
}

export function publishPacket(topic: string, payload: string, retain = false): Publish {
  const content = Buffer.from(payload);
  const bytes = packet(retain ? 0x33 : 0x32, Buffer.concat([text(topic), Buffer.from([0, 0]), content]));
  const payloadAt = bytes.length - content.length;
  return { bytes, idAt: payloadAt - 2, payloadAt };
}

export interface Answers {
  /** CONNACK: 0 is accepted (section 3.2.2.3). */
  connected(code: number): void;
  acknowledged(id: number): void;
}

/** Takes a stream of what a broker sends to a client without subscriptions: no packet of it has more than two bytes behind its header. */
export function readAnswers({ connected, acknowledged }: Answers): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (; all.length - at >= 2; ) {
      const [first = 0, length = 0] = [all[at], all[at + 1]];
      if (length > 2) throw new Error(`the broker sent a packet of type ${first >> 4} with ${length} bytes`);
      if (all.length - at < 2 + length) break;
      if (first === 0x40) acknowledged(((all[at + 2] ?? 0) << 8) | (all[at + 3] ?? 0));
      else if (first === 0x20) connected(all[at + 3] ?? 255);
      at += 2 + length;
    }
    rest = all.subarray(at);
  };
}
