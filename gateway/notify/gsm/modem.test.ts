/** A modem that speaks AT, over a port in memory and over a pseudo-terminal that is pulled out and comes back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openPty } from '../../../devices/simulator/pty.ts';
import { GsmModem } from '../../../test/support/gsm-modem.ts';
import { hasProgram } from '../../../test/support/programs.ts';
import { openScratchLedger } from '../../ledger.ts';
import type { Answer } from '../channel.ts';
import { type ModemParts, startModem } from './modem.ts';
import { createPinMemory } from './pin-memory.ts';
import type { OpenSerial, SerialEvents } from './serial.ts';
import { splitSms } from './split.ts';

vi.setConfig({ testTimeout: 30_000 });

const NEVER = new AbortController().signal;
const LONG = 'Chay rung cap 5 tai tram Ba Na, khoi 38 C luc 14:05. '.repeat(4).trim();

/** A port in memory; `unplug` does what the pulled cable does, `plug` puts it back. */
function portOf(modem: GsmModem) {
  let events: SerialEvents | null = null;
  let there = true;
  const leave = (reason: string) => {
    const left = events;
    events = null;
    left?.closed(reason);
  };
  const open: OpenSerial = async (path, _, given) => {
    if (!there) throw new Error(`cannot open ${path} (No such file or directory)`);
    events = given;
    modem.write = (bytes) => queueMicrotask(() => events?.heard(bytes));
    return {
      write: (text) => queueMicrotask(() => modem.take(Buffer.from(text, 'latin1'))),
      close: async () => leave('it was closed'),
    };
  };
  return {
    open,
    unplug() {
      there = false;
      leave('it is gone');
    },
    plug() {
      there = true;
    },
  };
}

/** What the log says, as events. */
function listen() {
  const lines: { msg: string; reason?: string }[] = [];
  const waiting: (() => void)[] = [];
  const log = pino(
    { level: 'info' },
    {
      write: (line: string) => {
        lines.push(JSON.parse(line));
        for (const wake of waiting.splice(0)) wake();
      },
    },
  );
  const said = async (wanted: string | RegExp, times = 1) => {
    const has = () =>
      lines.filter(({ msg, reason }) => `${msg}: ${reason ?? ''}`.match(wanted)).length >= times;
    while (!has()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { log, lines, said };
}

function start(modem: GsmModem, more: Partial<ModemParts> = {}) {
  const answers: Answer[] = [];
  const { log, lines, said } = listen();
  const ledger = openScratchLedger();
  const started = startModem({
    path: '/dev/modem',
    baud: 115_200,
    mode: 'pdu',
    pin: null,
    pins: createPinMemory(ledger),
    onAnswer: (answer) => void answers.push(answer),
    log,
    now: Date.now,
    times: {
      answerMs: 500,
      networkMs: 1000,
      settleMs: 20,
      checkMs: 60_000,
      firstWaitMs: 20,
      mostWaitMs: 100,
    },
    open: portOf(modem).open,
    ...more,
  });
  onTestFinished(async () => {
    await started.close();
    ledger.close();
  });
  const send = (
    text: string,
    alphabet: 'gsm7' | 'unicode' = 'unicode',
    to = '+84905123456',
    signal = NEVER,
  ) => started.send(to, splitSms(text, alphabet), 77, signal);
  return { send, answers, lines, said, fault: started.fault, close: () => started.close() };
}
const READY = 'the GSM modem is ready';

test('texts go out in the GSM alphabet, in UCS-2, and in parts that the telephone puts together', async () => {
  const modem = new GsmModem();
  const { send, said } = start(modem);
  await said(READY);
  await send('Da nhan. Tram 12');
  await send('Cháy rừng cấp V', 'unicode', '0905123456');
  await send('Cháy rừng cấp V', 'gsm7');
  await send(LONG);
  expect(modem.sent.slice(0, 3)).toEqual([
    { to: '+84905123456', text: 'Da nhan. Tram 12', coding: 'gsm7', part: null },
    { to: '0905123456', text: 'Cháy rừng cấp V', coding: 'ucs2', part: null },
    { to: '+84905123456', text: 'Chay rung cap V', coding: 'gsm7', part: null },
  ]);
  const parts = modem.sent.slice(3);
  expect(parts.map(({ part }) => part)).toEqual([
    [77, 2, 1],
    [77, 2, 2],
  ]);
  expect(parts.map(({ text }) => text).join('')).toBe(LONG);
});

test('answers are handed over whole and then deleted; parts wait for each other, in whatever order', async () => {
  const modem = new GsmModem();
  const { answers, said } = start(modem);
  await said(READY);
  modem.receive('+84905123456', 'ok 12');
  await modem.until(() => modem.memory.size === 0);
  modem.receive('+84905123456', 'thứ hai', [9, 2, 2]);
  modem.receive('0905', 'Đã rõ');
  await modem.until(() => modem.memory.size === 1);
  modem.receive('+84905123456', 'thứ nhất, ', [9, 2, 1]);
  await modem.until(() => modem.memory.size === 0);
  expect(answers).toEqual([
    { from: '+84905123456', text: 'ok 12' },
    { from: '0905', text: 'Đã rõ' },
    { from: '+84905123456', text: 'thứ nhất, thứ hai' },
  ]);
});

test('what was not taken over stays in the modem and is told again; what cannot be read goes', async () => {
  const modem = new GsmModem();
  const told: string[] = [];
  const { said, lines } = start(modem, {
    onAnswer({ text }) {
      told.push(text);
      if (told.length === 1) throw new Error('the disk is full');
    },
  });
  await said(READY);
  modem.receive('+84905123456', 'OK 12');
  await said('was not taken over');
  expect(modem.memory.size).toBe(1);
  modem.memory.set(200, '0791448720003023040C91');
  modem.receive('+84905123456', 'OK 13');
  await modem.until(() => modem.memory.size === 0);
  expect(told).toEqual(['OK 12', 'OK 12', 'OK 13']);
  await said('is of no use: it ends too early');
  expect(JSON.stringify(lines)).not.toMatch(/84905|OK 1/);
});

test('a part whose other never comes is dropped after an hour', async () => {
  const modem = new GsmModem();
  let now = 0;
  const { answers, said } = start(modem, { now: () => now });
  await said(READY);
  modem.receive('+84905123456', 'thứ hai', [9, 2, 2]);
  modem.receive('+84905123456', 'một');
  await modem.until(() => modem.memory.size === 1);
  modem.receive('+84905123456', 'hai');
  await modem.until(() => modem.memory.size === 1);
  now = 3_600_000;
  modem.receive('+84905123456', 'ba');
  await modem.until(() => modem.memory.size === 0);
  expect(answers.map(({ text }) => text)).toEqual(['một', 'hai', 'ba']);
});

test('what modem or network refuses is told in words', async () => {
  const modem = new GsmModem();
  modem.refusals = ['+CMS ERROR: 1', '+CMS ERROR: 42', '+CMS ERROR: 999', 'ERROR'];
  const { send, said } = start(modem);
  await said(READY);
  await expect(send('a')).rejects.toMatchObject({ name: 'AtError', cms: 1, message: /given to anybody/ });
  await expect(send('a')).rejects.toThrow('the network is congested (+CMS ERROR 42)');
  await expect(send('a')).rejects.toThrow('the modem says +CMS ERROR 999');
  await expect(send('a')).rejects.toThrow('the modem says ERROR');
  await send('a');
  expect(modem.sent).toHaveLength(1);
});

test('who has a name and no number answers nothing, and is not kept', async () => {
  const modem = new GsmModem();
  const { answers, said } = start(modem);
  await said(READY);
  // "0905123451" in septets.
  modem.memory.set(200, '000412D0B01CAC1693CD68B51800086230509083048208004F004B00200031');
  modem.receive('+84905123456', 'OK 12');
  await modem.until(() => modem.memory.size === 0);
  await said('is of no use: its sender has a name');
  expect(answers).toEqual([{ from: '+84905123456', text: 'OK 12' }]);
});

test('a PIN that was refused is not tried again after a restart; another one is, and so is one that the SIM was too busy for', async () => {
  const ledger = openScratchLedger();
  onTestFinished(() => ledger.close());
  const modem = new GsmModem();
  modem.pin = '1234';
  const run = async (pin: string, wanted: string) => {
    const { said, close } = start(modem, { pin, pins: createPinMemory(ledger) });
    await said(wanted);
    await close();
    modem.restart('');
  };
  const entered = () => modem.heard.filter((command) => command.startsWith('AT+CPIN='));
  await run('0000', 'the PIN is wrong');
  await run('0000', 'which is not tried again');
  expect(entered()).toEqual(['AT+CPIN="0000"']);
  expect(JSON.stringify(ledger.db.prepare('SELECT * FROM refused_pin').all())).not.toContain('0000');
  modem.pinRefusals = ['+CME ERROR: 14'];
  await run('1234', READY);
  expect(entered().slice(1)).toEqual(['AT+CPIN="1234"', 'AT+CPIN="1234"']);
  // It was open, and counts wrong ones anew.
  modem.heard.length = 0;
  await run('0000', 'the PIN is wrong');
  expect(entered()).toEqual(['AT+CPIN="0000"']);
});

test('a PIN is entered, and a wrong one only once', async () => {
  const good = new GsmModem();
  good.pin = '1234';
  const { said } = start(good, { pin: '1234' });
  await said(READY);
  const bad = new GsmModem();
  bad.pin = '1234';
  const other = start(bad, { pin: '0000' });
  await other.said('the PIN is wrong');
  await other.said('which is not tried again');
  await bad.until(() => bad.heard.filter((command) => command === 'AT+CPIN?').length >= 4);
  expect(bad.heard.filter((command) => command.startsWith('AT+CPIN='))).toHaveLength(1);
  await expect(other.send('a')).rejects.toThrow('the GSM modem is not ready: the SIM refused the PIN');
  expect(JSON.stringify(other.lines)).not.toContain('0000');
});

test('without a network nothing is sent, and it goes on when there is one', async () => {
  const modem = new GsmModem();
  modem.registration = 2;
  const { send, said, fault } = start(modem);
  expect(fault()).toBe('the GSM modem is not ready: it has not answered yet');
  await said('it looks for a network');
  expect(fault()).toBe('the GSM modem is not ready: it looks for a network');
  await expect(send('a')).rejects.toThrow('the GSM modem is not ready: it looks for a network');
  modem.registration = 5;
  // Whatever comes is a reason to look.
  modem.receive('+84905123456', 'a');
  await said(READY);
  await send('a');
  expect(fault()).toBe(null);
  expect(modem.sent).toHaveLength(1);
});

test('a modem that hangs is opened anew, and the send that it swallowed fails', async () => {
  const modem = new GsmModem();
  const { send, said } = start(modem);
  await said(READY);
  modem.hangs = true;
  await expect(send('a')).rejects.toThrow('the modem does not answer');
  await said('cannot send: the modem does not answer');
  modem.hangs = false;
  await said(READY, 2);
  await send('b');
  expect(modem.sent.map(({ text }) => text)).toEqual(['b']);
});

test('one that starts anew is made ready first: no PDU goes out as a text', async () => {
  const modem = new GsmModem();
  const { send, said } = start(modem);
  await said(READY);
  // It says nothing of it.
  modem.restart('');
  await send('a');
  expect(modem.sent).toMatchObject([{ text: 'a', coding: 'gsm7' }]);
  modem.restart('RDY');
  await said('the modem has started anew');
  await said(READY, 2);
  await send('b');
  expect(modem.sent.map(({ text }) => text)).toEqual(['a', 'b']);
});

test('what was under way when the gateway was killed is broken off, and late answers are nobody’s', async () => {
  const modem = new GsmModem();
  modem.take(Buffer.from('AT+CMGF=0\rAT+CMGS=23\r'));
  const port = portOf(modem);
  const { said, send, lines } = start(modem, {
    async open(...args) {
      // It hangs once more, and wakes a moment after its late answer, sooner than it is asked anything.
      setTimeout(() => {
        modem.hangs = true;
      }, 1);
      setTimeout(() => {
        modem.hangs = false;
      }, 10);
      setTimeout(() => modem.write(Buffer.from('\r\n+CMGS: 5\r\n\r\nOK\r\n')), 5);
      return port.open(...args);
    },
  });
  await said(READY);
  expect(lines).toHaveLength(1);
  await send('a');
  expect(modem.sent.map(({ text }) => text)).toEqual(['a']);
});

test('text mode: longer texts are several messages, and no text passes for a line of the modem', async () => {
  const modem = new GsmModem();
  const { send, answers, said } = start(modem, { mode: 'text' });
  await said(READY);
  await send('Cháy rừng');
  await send(LONG, 'gsm7');
  expect(modem.sent[0]).toEqual({ to: '+84905123456', text: 'Cháy rừng', coding: 'ucs2', part: null });
  expect(
    modem.sent
      .slice(1)
      .map(({ text }) => text)
      .join(''),
  ).toBe(LONG);
  const spoof = 'a\r\n+CMGL: 9,"REC UNREAD","+84999",,""\r\n004F004B\r\nOK\r\n';
  modem.receive('+84905123456', spoof);
  await modem.until(() => modem.memory.size === 0);
  expect(answers).toEqual([{ from: '+84905123456', text: spoof }]);
});

test('whoever gives up while others send takes no turn; a stop ends what is under way', async () => {
  const modem = new GsmModem();
  const { said, send, close } = start(modem);
  await said(READY);
  const leaving = new AbortController();
  const first = send('first');
  const second = expect(send('second', 'gsm7', '0905123456', leaving.signal)).rejects.toThrow(
    'not waited for',
  );
  leaving.abort();
  await Promise.all([first, second]);
  expect(modem.sent.map(({ text }) => text)).toEqual(['first']);
  modem.hangs = true;
  const swallowed = expect(send('a')).rejects.toThrow('the gateway stops');
  await close();
  await swallowed;
  await expect(send('b')).rejects.toThrow('is not ready');
});

test('a modem that babbles is let go', async () => {
  const modem = new GsmModem();
  const { said } = start(modem);
  await said(READY);
  modem.write(Buffer.alloc(10_000, 'x'));
  await said('the modem sends what is no answer');
  await said(READY, 2);
});

test('unplugged and back, in memory', async () => {
  const modem = new GsmModem();
  const port = portOf(modem);
  const { said, send } = start(modem, { open: port.open });
  await said(READY);
  port.unplug();
  await said('cannot open /dev/modem');
  await expect(send('a')).rejects.toThrow('is not ready: cannot open /dev/modem (No such file or directory)');
  port.plug();
  await said(READY, 2);
  await send('a');
  expect(modem.sent).toHaveLength(1);
});

test.skipIf(!hasProgram('socat'))('a serial port: both ways, unplugged and plugged in again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-gsm-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'modem');
  const modem = new GsmModem();
  const plug = async () => {
    const pty = await openPty(path, () => {});
    modem.write = pty.send;
    pty.onData((chunk) => modem.take(chunk));
    return pty;
  };
  // It comes later than the gateway.
  const { said, send, answers } = start(modem, { path, open: undefined });
  await said(`cannot open ${path}`);
  const first = await plug();
  await said(READY);
  await send('Cháy rừng cấp V tại đỉnh Bà Nà. '.repeat(5).trim());
  modem.receive('+84905123456', 'OK 12');
  await modem.until(() => modem.memory.size === 0);
  expect(modem.sent.map(({ text }) => text).join('')).toBe(
    'Cháy rừng cấp V tại đỉnh Bà Nà. '.repeat(5).trim(),
  );
  expect(answers).toEqual([{ from: '+84905123456', text: 'OK 12' }]);
  await first.close();
  await said(`${path} is gone|cannot open ${path}`, 2);
  modem.restart('');
  const second = await plug();
  onTestFinished(() => second.close());
  await said(READY, 2);
  await send('a');
  expect(modem.sent.at(-1)?.text).toBe('a');
});
