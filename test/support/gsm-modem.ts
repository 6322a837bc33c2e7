/**
 * A GSM modem for tests: speaks AT commands (3GPP TS 27.005) with PDUs both ways. It reads and makes PDUs bit by bit, with
 * nothing of the gateway's own code; of the GSM alphabet it knows what is the same in ASCII.
 */

/** A short message that the modem gave to the network. */
export interface Sent {
  readonly to: string;
  readonly text: string;
  readonly coding: 'gsm7' | 'ucs2';
  /** [reference, total, number] */
  readonly part: readonly number[] | null;
}

const [CTRL_Z, ESC] = ['\x1a', '\x1b'];

const bitsOf = (octets: readonly number[]): string =>
  octets.map((octet) => octet.toString(2).padStart(8, '0').split('').reverse().join('')).join('');
const hexOf = (octets: readonly number[]): string =>
  octets
    .map((octet) => octet.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
const swap = (digits: string): string =>
  (digits.length % 2 === 0 ? digits : `${digits}F`).replace(/(.)(.)/g, '$2$1');

export class GsmModem {
  readonly sent: Sent[] = [];
  /** What it was told, without what is asked over and over. */
  readonly heard: string[] = [];
  /** PDUs or, in text mode, what AT+CMGL shows. */
  readonly memory = new Map<number, string>();
  pin: string | null = null;
  registration = 1;
  /** Answers nothing any more. */
  hangs = false;
  /** What the next AT+CMGS is answered, instead of being sent. */
  refusals: string[] = [];
  /** The same for the next AT+CPIN. */
  pinRefusals: string[] = [];
  write: (bytes: Buffer) => void = () => {};
  #unlocked = false;
  #echo = true;
  #mode = '1';
  #charset = 'IRA';
  #rest = '';
  #prompt: string | null = null;
  #next = 1;
  readonly #waiting: (() => void)[] = [];

  /** When something has changed: a command was heard, or a message sent. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Off and on again: what it was told is forgotten. */
  restart(says: string): void {
    this.#echo = true;
    this.#mode = '1';
    this.#charset = 'IRA';
    this.#prompt = null;
    this.#rest = '';
    this.#unlocked = false;
    this.#say(says);
  }

  /** A short message comes from the network, in UCS-2. */
  receive(
    from: string,
    text: string,
    part?: readonly [reference: number, total: number, number: number],
  ): void {
    const index = this.#next++;
    const ucs2 = [...text].flatMap((char) => {
      const code = char.charCodeAt(0);
      return [code >> 8, code & 0xff];
    });
    const header = part ? [5, 0, 3, ...part] : [];
    const digits = from.replace('+', '');
    this.memory.set(
      index,
      this.#mode === '0'
        ? `0791448720003023${part ? '44' : '04'}` +
            hexOf([digits.length, from.startsWith('+') ? 0x91 : 0x81]) +
            swap(digits) +
            '000862305090830482' +
            hexOf([header.length + ucs2.length, ...header, ...ucs2])
        : `"REC UNREAD","${from}",,"26/03/05,09:38:40+28"\r\n${hexOf(ucs2)}`,
    );
    this.#say(`+CMTI: "SM",${index}`);
  }

  take(bytes: Buffer): void {
    if (this.hangs) return;
    this.#rest += bytes.toString('latin1');
    for (;;) {
      if (this.#prompt !== null) {
        const end = [...this.#rest].findIndex((char) => char === CTRL_Z || char === ESC);
        if (end < 0) return;
        const body = this.#rest.slice(0, end);
        const given = this.#rest[end] === CTRL_Z;
        const command = this.#prompt;
        this.#prompt = null;
        this.#rest = this.#rest.slice(end + 1);
        if (given) this.#submit(command, body);
        continue;
      }
      const end = this.#rest.indexOf('\r');
      if (end < 0) return;
      const command = this.#rest.slice(0, end).replaceAll(ESC, '').trim();
      this.#rest = this.#rest.slice(end + 1);
      if (this.#echo) this.write(Buffer.from(`${command}\r`));
      this.#command(command);
      this.#changed();
    }
  }

  #command(command: string): void {
    this.heard.push(command);
    const locked = this.pin !== null && !this.#unlocked;
    if (command === 'ATE0') this.#echo = false;
    if (command.startsWith('AT+CMGF=')) this.#mode = command.slice(8);
    if (command.startsWith('AT+CSCS=')) this.#charset = command.slice(9, -1);
    if (command === 'AT+CPIN?') this.#say(`+CPIN: ${locked ? 'SIM PIN' : 'READY'}`, 'OK');
    else if (command.startsWith('AT+CPIN=')) {
      const refusal = this.pinRefusals.shift();
      this.#unlocked = refusal === undefined && command === `AT+CPIN="${this.pin}"`;
      this.#say(this.#unlocked ? 'OK' : (refusal ?? '+CME ERROR: 16'));
    } else if (command === 'AT+CREG?') this.#say(`+CREG: 0,${this.registration}`, 'OK');
    else if (command === 'AT+CEREG?') this.#say('+CEREG: 0,0', 'OK');
    else if (command === 'AT+CSQ') this.#say('+CSQ: 17,99', 'OK');
    // As many do: it knows one memory only.
    else if (command.startsWith('AT+CPMS="SM"')) this.#say('+CMS ERROR: 303');
    else if (command === 'AT+CMGL=4' && this.#mode === '0') {
      const listed = [...this.memory].flatMap(([index, pdu]) => [
        `+CMGL: ${index},0,,${pdu.length / 2 - 8}`,
        pdu,
      ]);
      this.#say(...listed, 'OK');
    } else if (command === 'AT+CMGL="ALL"' && this.#mode === '1')
      this.#say(...[...this.memory].map(([index, shown]) => `+CMGL: ${index},${shown}`), 'OK');
    else if (command.startsWith('AT+CMGD=')) {
      this.memory.delete(Number(command.slice(8)));
      this.#say('OK');
    } else if (command.startsWith('AT+CMGS=')) {
      this.#prompt = command;
      this.write(Buffer.from('\r\n> '));
    } else if (/^AT(E0|\+(CMEE|CMGF|CSCS|CPMS|CNMI|CSMP)=)/.test(command)) this.#say('OK');
    else this.#say('ERROR');
  }

  #submit(command: string, body: string): void {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) this.#say(refusal);
    else {
      const sent = this.#mode === '0' ? this.#readPdu(command, body) : this.#readText(command, body);
      if (sent === null) this.#say('+CMS ERROR: 304');
      else {
        this.sent.push(sent);
        this.#say(`+CMGS: ${this.sent.length}`, 'OK');
      }
    }
    this.#changed();
  }

  #readPdu(command: string, body: string): Sent | null {
    const octets = (body.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
    if (octets[0] !== 0 || octets.length - 1 !== Number(command.slice(8))) return null;
    const [, first = 0, , digits = 0, type] = octets;
    const numberOctets = Math.ceil(digits / 2);
    const number = swap(hexOf(octets.slice(5, 5 + numberOctets))).slice(0, digits);
    const [, coding, , length = 0, ...data] = octets.slice(5 + numberOctets);
    const headerOctets = (first & 0x40) === 0 ? 0 : (data[0] ?? 0) + 1;
    const part = headerOctets === 0 ? null : data.slice(3, headerOctets);
    const to = `${type === 0x91 ? '+' : ''}${number}`;
    if (coding === 8) {
      if (data.length !== length) return null;
      const pairs = hexOf(data.slice(headerOctets)).match(/.{4}/g) ?? [];
      return {
        to,
        part,
        coding: 'ucs2',
        text: String.fromCharCode(...pairs.map((pair) => Number.parseInt(pair, 16))),
      };
    }
    if (data.length !== Math.ceil((length * 7) / 8)) return null;
    const septets = (bitsOf(data).match(/.{7}/g) ?? []).slice(0, length);
    const skipped = Math.ceil((headerOctets * 8) / 7);
    const codes = septets.slice(skipped).map((bits) => Number.parseInt(bits.split('').reverse().join(''), 2));
    return { to, part, coding: 'gsm7', text: String.fromCharCode(...codes) };
  }

  #readText(command: string, body: string): Sent | null {
    if (this.#charset !== 'UCS2') return null;
    const read = (hex: string) =>
      String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16)));
    const scheme = this.heard.findLast((told) => told.startsWith('AT+CSMP=')) ?? '';
    return {
      to: read(command.slice(9, -1)),
      text: read(body),
      coding: scheme.endsWith(',8') ? 'ucs2' : 'gsm7',
      part: null,
    };
  }

  #say(...lines: readonly string[]): void {
    this.write(Buffer.from(lines.map((line) => `\r\n${line}\r\n`).join('')));
  }

  #changed(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
