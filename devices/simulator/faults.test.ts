import { describe, expect, test } from 'vitest';
import { FAULT_KINDS } from './fault-kinds.ts';
import type { FaultInput } from './faults.ts';
import { crc16 } from './frame.ts';
import { fieldOf, wireTo } from './rig.ts';

/** Unit 1 shows 25.3 °C and 60 %, unit 2 is a well neighbour on the same line that shows 10 °C and 50 %. */
const line = (mode: string) => `
lines:
  - id: bus
    mode: ${mode}
    instruments:
      - { profile: xy-md02, unit: 1, points: { air_temperature: { constant: 25.3 }, relative_humidity: { constant: 60 } } }
      - { profile: xy-md02, unit: 2, points: { air_temperature: { constant: 10 }, relative_humidity: { constant: 50 } } }
`;

/** Input registers 1 and 2; then 1 to 3, of which 3 is outside the map. */
const READ = '04 0001 0002';
const READ_HOLE = '04 0001 0003';
const GOOD = '04 04 00fd 0258';
const NEIGHBOUR = '04 04 0064 01f4';

type Mode = 'tcp' | 'rtu-tcp';
const hex = (text: string) => text.replaceAll(' ', '');
const byte = (value: number) => value.toString(16).padStart(2, '0');

/** A frame as it is on the wire; the CRC is checked by a fixed vector in frame.test.ts. */
function framed(mode: Mode, unit: number, pdu: string, transaction = 0): string {
  const body = byte(unit) + hex(pdu);
  if (mode === 'tcp')
    return `00${byte(transaction)}0000${(body.length / 2).toString(16).padStart(4, '0')}${body}`;
  const crc = crc16(Buffer.from(body, 'hex'));
  return body + byte(crc & 0xff) + byte(crc >> 8);
}

async function bus(mode: Mode) {
  let at = 1_000_000;
  const field = await fieldOf(line(mode), () => at);
  const wire = await wireTo(field.ready.lines.bus);
  let sent = 0;
  const ask = (unit: number, pdu = READ) => wire.send(framed(mode, unit, pdu, ++sent));
  return {
    set: (fault: FaultInput | readonly FaultInput[] | null, unit = 1) => field.setFault('bus', unit, fault),
    ask,
    later: (ms: number) => {
      at += ms;
    },
    /** Takes exactly these frames: [unit, pdu, which request (counted from the first) it answers]. */
    expectFrames: async (...frames: (readonly [number, string, number])[]) => {
      for (const [unit, pdu, request] of frames) {
        const expected = framed(mode, unit, pdu, request);
        expect(await wire.take(expected.length / 2)).toBe(expected);
      }
    },
    take: wire.take,
  };
}

describe.each(['tcp', 'rtu-tcp'] as const)('on a line of mode %s', (mode) => {
  test('a well instrument answers, at an address outside its map with exception 2', async () => {
    const { ask, expectFrames } = await bus(mode);
    ask(1);
    ask(1, READ_HOLE);
    await expectFrames([1, GOOD, 1], [1, '84 02', 2]);
  });

  test.each([
    ['exception-02', '84 02'],
    ['exception-04', '84 04'],
    ['exception-06', '84 06'],
    ['echoed-request', READ],
  ] as const)('%s comes instead of the answer, and goes when it is taken away', async (kind, pdu) => {
    const { set, ask, expectFrames } = await bus(mode);
    set(kind);
    ask(1);
    ask(2);
    await expectFrames([1, pdu, 1], [2, NEIGHBOUR, 2]);
    set(null);
    ask(1);
    await expectFrames([1, GOOD, 3]);
  });

  test('no-answer is silent, and the neighbour on the line is not', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set('no-answer');
    ask(1);
    ask(2);
    await expectFrames([2, NEIGHBOUR, 2]);
    set(null);
    ask(1);
    await expectFrames([1, GOOD, 3]);
  });

  test('late-answer comes after the next one', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set({ kind: 'late-answer', ms: 60 });
    const started = performance.now();
    ask(1);
    ask(2);
    await expectFrames([2, NEIGHBOUR, 2], [1, GOOD, 1]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
  });

  test('wrong-unit gives the name of another', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set('wrong-unit');
    ask(1);
    await expectFrames([2, GOOD, 1]);
  });

  test('wrong-function answers as if to its neighbour', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set('wrong-function');
    ask(1);
    await expectFrames([1, GOOD.replace('04', '03'), 1]);
  });

  test('exception-unknown has a code that is not in the standard, or the one that it is given', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set('exception-unknown');
    ask(1);
    await expectFrames([1, '84 63', 1]);
    set({ kind: 'exception-unknown', code: 77 });
    ask(1);
    await expectFrames([1, '84 4d', 2]);
  });

  test('short-answer has half of the registers, or at most so many', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set('short-answer');
    ask(1);
    ask(1, '04 0001 0001');
    await expectFrames([1, '04 02 00fd', 1], [1, '04 00', 2]);
    set({ kind: 'short-answer', count: 1 });
    ask(1);
    ask(1, '04 0001 0001');
    await expectFrames([1, '04 02 00fd', 3], [1, '04 02 00fd', 4]);
  });

  test('oversized has more registers than were asked for, or more than there can be', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set({ kind: 'oversized', extra: 1 });
    ask(1);
    await expectFrames([1, '04 06 00fd 0258 0000', 1]);
    set('oversized');
    ask(1);
    await expectFrames([1, `04 fe 00fd 0258 ${'0000'.repeat(125)}`, 2]);
  });

  test('illegal-registers says exception 2 where one of them is asked for, and nowhere else', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set({ kind: 'illegal-registers', area: 'input', address: 2 });
    ask(1);
    ask(1, '04 0001 0001');
    ask(1, '04 0002 0001');
    await expectFrames([1, '84 02', 1], [1, '04 02 00fd', 2], [1, '84 02', 3]);
    set({ kind: 'illegal-registers', area: 'holding', address: 0, count: 100 });
    ask(1);
    await expectFrames([1, GOOD, 4]);
  });

  test('most-registers refuses longer requests with exception 3, or 2', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set({ kind: 'most-registers', count: 1 });
    ask(1);
    ask(1, '04 0001 0001');
    await expectFrames([1, '84 03', 1], [1, '04 02 00fd', 2]);
    set({ kind: 'most-registers', count: 1, code: 2 });
    ask(1);
    await expectFrames([1, '84 02', 3]);
  });

  test('random-bytes are the same ones for the same seed', async () => {
    const noise = async (seed: number) => {
      const { set, ask, take } = await bus(mode);
      set({ kind: 'random-bytes', seed });
      for (let index = 0; index < 10; index++) ask(1);
      // At least five bytes each.
      return take(50);
    };
    const first = await noise(7);
    expect(await noise(7)).toBe(first);
    expect(await noise(8)).not.toBe(first);
  });

  test('several faults act one after the other: a hole among its registers that times out', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set([{ kind: 'illegal-registers', area: 'input', address: 2 }, 'hole-timeout']);
    ask(1);
    ask(1, '04 0001 0001');
    await expectFrames([1, '04 02 00fd', 2]);
  });

  test('hole-timeout is silent outside the map only', async () => {
    const { set, ask, expectFrames } = await bus(mode);
    set('hole-timeout');
    ask(1, READ_HOLE);
    ask(1);
    await expectFrames([1, GOOD, 2]);
  });

  test('sleep-until-woken loses the first request after a rest', async () => {
    const { set, ask, later, expectFrames } = await bus(mode);
    set({ kind: 'sleep-until-woken', idle_s: 10 });
    ask(1);
    ask(1);
    await expectFrames([1, GOOD, 2]);
    later(9000);
    ask(1);
    await expectFrames([1, GOOD, 3]);
    later(10_000);
    ask(1);
    ask(1);
    await expectFrames([1, GOOD, 5]);
  });

  test('a fault has its time: it begins, lasts and ends', async () => {
    const { set, ask, later, expectFrames } = await bus(mode);
    set({ kind: 'exception-04', after_s: 10, for_s: 5 });
    const steps = [
      [0, GOOD],
      [9999, GOOD],
      [1, '84 04'],
      [4999, '84 04'],
      [1, GOOD],
    ] as const;
    for (const [index, [step, pdu]] of steps.entries()) {
      later(step);
      ask(1);
      await expectFrames([1, pdu, index + 1]);
    }
  });
});

test('truncated on Modbus TCP: half an answer in a frame that fits it', async () => {
  const { set, ask, take } = await bus('tcp');
  set('truncated');
  ask(1);
  ask(2);
  expect(await take(10)).toBe(hex('0001 0000 0004 01 04 04 00'));
  expect(await take(13)).toBe(framed('tcp', 2, NEIGHBOUR, 2));
});

test('truncated in RTU: the frame stops half-way, without its CRC', async () => {
  const { set, ask, take } = await bus('rtu-tcp');
  set('truncated');
  ask(1);
  ask(2);
  expect(await take(4)).toBe(hex('01 04 04 00'));
  expect(await take(9)).toBe(framed('rtu-tcp', 2, NEIGHBOUR));
});

test('wrong-crc in RTU: every byte is right but the last two', async () => {
  const { set, ask, take } = await bus('rtu-tcp');
  set('wrong-crc');
  ask(1);
  const bytes = Buffer.from(await take(9), 'hex');
  expect(bytes.subarray(0, 7).toString('hex')).toBe(hex(`01 ${GOOD}`));
  expect(bytes.readUInt16LE(7)).not.toBe(crc16(bytes.subarray(0, 7)));
});

test('id-clash on Modbus TCP: the gateway understood neither, and says that nobody answered', async () => {
  const { set, ask, expectFrames } = await bus('tcp');
  set('id-clash');
  ask(1);
  await expectFrames([1, '84 0b', 1]);
});

test('id-clash in RTU: a bit of the two answers is 0 where one of them says so', async () => {
  const { set, ask, take } = await bus('rtu-tcp');
  set('id-clash');
  ask(1);
  // 01 04 04 00 fd 02 58 6a ee, and two characters later 01 04 04 00 00 00 00 fb 84.
  expect(await take(11)).toBe(hex('01 04 00 00 04 00 00 00 00 fb 84'));
});

test('an RTU line takes no request with a wrong CRC, and is silent for a unit that is not there', async () => {
  const { ask, take } = await bus('rtu-tcp');
  const field = await fieldOf(line('rtu-tcp'));
  const wire = await wireTo(field.ready.lines.bus);
  wire.send('01 04 0001 0002 200c');
  wire.send(framed('rtu-tcp', 9, READ));
  wire.send('01 04 0001 0002 200b');
  expect(await wire.take(9)).toBe(hex('01 04 04 00fd 0258 6aee'));
  ask(1);
  expect(await take(9)).toBe(hex('01 04 04 00fd 0258 6aee'));
});

test('stuck-value shows for ever what it showed when the fault began', async () => {
  let at = 0;
  const field = await fieldOf(
    `
lines:
  - id: bus
    instruments:
      - profile: xy-md02
        points: { air_temperature: { sine: { mean: 20, amplitude: 10, period_s: 400 } } }
`,
    () => at,
  );
  const wire = await wireTo(field.ready.lines.bus);
  const temperature = async () => {
    wire.send('0001 0000 0006 01 04 0001 0001');
    return Number.parseInt((await wire.take(11)).slice(-4), 16) / 10;
  };
  expect(await temperature()).toBe(20);
  at = 100_000;
  field.setFault('bus', 1, 'stuck-value');
  expect(await temperature()).toBe(30);
  at = 300_000;
  expect(await temperature()).toBe(30);
  field.setFault('bus', 1, null);
  expect(await temperature()).toBe(10);
});

test.each([
  ['lambrecht-rain-e', 'rain_total', '01 04 797d 0002', '01 04 04 ff676981', 'the number -9999999'],
  ['delta-ohm-hd2013-3', 'precipitation', '01 02 0001 0001', '01 02 01 00', 'a contact that says invalid'],
])("sentinel is the instrument's own word for no value: %s", async (profile, point, request, answer) => {
  const field = await fieldOf(`
lines:
  - id: bus
    instruments:
      - { profile: ${profile}, unit: 1, points: { ${point}: { constant: 60 } }, fault: sentinel }
`);
  const wire = await wireTo(field.ready.lines.bus);
  const read = async () => {
    wire.send(`0001 0000 0006 ${request}`);
    return (await wire.take(6 + hex(answer).length / 2)).slice(12);
  };
  expect(await read()).toBe(hex(answer));
  field.setFault('bus', 1, null);
  expect(await read()).not.toBe(hex(answer));
});

test('swapped-words changes the two halves of 32-bit values', async () => {
  const field = await fieldOf(`
lines:
  - id: bus
    instruments:
      - { profile: teledyne-t400, points: { o3: { constant: 60 } } }
`);
  const wire = await wireTo(field.ready.lines.bus);
  const words = async () => {
    wire.send('0001 0000 0006 01 04 0012 0002');
    return (await wire.take(13)).slice(18).match(/..../g);
  };
  const well = await words();
  field.setFault('bus', 1, 'swapped-words');
  const swapped = await words();
  expect(swapped).toEqual([well?.[1], well?.[0]]);
  expect(swapped).not.toEqual(well);
});

test('counter-reset begins at 0 again and counts on', async () => {
  let at = 0;
  const field = await fieldOf(
    `
lines:
  - id: road
    instruments:
      - profile: advantech-adam-6051
        points: { traffic_flow: { constant: 3600 } }
        faults: [{ kind: counter-reset, after_s: 100 }]
`,
    () => at,
  );
  const wire = await wireTo(field.ready.lines.road);
  const count = async () => {
    wire.send('0001 0000 0006 01 03 0000 0001');
    return Number.parseInt((await wire.take(11)).slice(-4), 16);
  };
  const seen: number[] = [];
  for (const second of [0, 60, 90, 100, 110, 130]) {
    at = second * 1000;
    seen.push(await count());
  }
  expect(seen).toEqual([0, 60, 90, 0, 10, 30]);
});

test('not-started measures nothing until its start is ordered, and then goes on', async () => {
  let at = 0;
  const field = await fieldOf(
    `
lines:
  - id: bus
    instruments:
      - { profile: yosemitech-y4000, unit: 1, points: { ph: { constant: 7.5 } }, faults: [{ kind: not-started, after_s: 10 }] }
`,
    () => at,
  );
  const wire = await wireTo(field.ready.lines.bus);
  const ph = async () => {
    wire.send('0001 0000 0006 01 03 2607 0002');
    return Buffer.from(await wire.take(13), 'hex').readFloatLE(9);
  };
  expect(await ph()).toBe(7.5);
  at = 10_000;
  expect(await ph()).not.toBe(7.5);
  wire.send('0002 0000 0006 01 03 2500 0000');
  expect(await wire.take(9)).toBe(hex('0002 0000 0003 01 03 00'));
  expect(await ph()).toBe(7.5);
});

test.each([
  ['fault: broken', 'a fault is one of no-answer, late-answer'],
  ['fault: { kind: no-answer, ms: 5 }', 'lines.0.instruments.0.fault.ms: is only for late-answer'],
  ['faults: [{ kind: late-answer, idle_s: 5 }]', 'faults.0.idle_s: is only for sleep-until-woken'],
  ['fault: most-registers', 'fault.count: most-registers needs it'],
  ['fault: { kind: illegal-registers, area: input }', 'fault.address: illegal-registers needs it'],
  ['fault: { kind: no-answer, code: 5 }', 'fault.code: is only for exception-unknown and most-registers'],
  ['fault: wrong-crc', 'line "bus": unit 1: wrong-crc needs a line of mode rtu or rtu-tcp'],
  ['fault: sentinel', 'has no way to say that a value is absent'],
  ['fault: not-started', 'profile "xy-md02" has no order at its start'],
  ['fault: counter-reset', 'profile "xy-md02" has no counter to reset'],
  ['fault: swapped-words', 'profile "xy-md02" has no value of two words to swap'],
])('what cannot be is told in one sentence: %s', async (setting, sentence) => {
  const yaml = `
lines:
  - id: bus
    instruments:
      - profile: xy-md02
        points: {}
        ${setting}
`;
  await expect(fieldOf(yaml)).rejects.toThrow(sentence);
});

test('a fault for an instrument that is not there is told', async () => {
  const field = await fieldOf(line('tcp'));
  expect(() => field.setFault('nowhere', 1, 'no-answer')).toThrow('there is no line "nowhere"');
  expect(() => field.setFault('bus', 9, 'no-answer')).toThrow('line "bus": there is no unit 9');
});

test('every fault has its name in the message about an unknown one', async () => {
  const message = await fieldOf(`
lines:
  - id: bus
    instruments:
      - { profile: xy-md02, points: {}, fault: x }
`).then(
    () => '',
    (error: Error) => error.message,
  );
  for (const kind of FAULT_KINDS) expect(message).toContain(kind);
});
