import { expect, test } from 'vitest';
import { encodeRtu, encodeTcp } from './frame.ts';
import { createOutputs } from './outputs.ts';
import { fieldOf, wireTo } from './rig.ts';

const pdu = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('hex'));

/** An ADAM-6060: a closed smoke contact on its first input, coil 0; its relays are coils from 16 on. */
const module = (mode: string, outputs: string) => `
lines:
  - id: io
    mode: ${mode}
    instruments:
      - profile: advantech-adam-6060
        channels: { di0: { parameter: smoke, closed: 1 } }
        points: { smoke: { constant: 1 } }
        outputs: ${outputs}
`;

test('an output is off, is written on and off, and each write is answered with itself', () => {
  const outputs = createOutputs([16]);
  expect(outputs.read(16)).toBe(0);
  expect(text(outputs.take(pdu('05 0010 ff00')))).toBe('050010ff00');
  expect(outputs.read(16)).toBe(1);
  expect(text(outputs.take(pdu('05 0010 0000')))).toBe('0500100000');
  expect(outputs.read(16)).toBe(0);
});

test('a value that a coil does not know is refused and changes nothing; other places and functions are none of its own', () => {
  const outputs = createOutputs([16]);
  outputs.take(pdu('05 0010 ff00'));
  for (const wrong of ['05 0010 0001', '05 0010 ff', '05 0010 ff00 00'])
    expect(text(outputs.take(pdu(wrong))), wrong).toBe('8503');
  for (const other of ['05 0011 ff00', '06 0010 ff00', '0f 0010 0001 01 00', '01 0010 0001', ''])
    expect(outputs.take(pdu(other)), other).toBeNull();
  expect([outputs.read(16), outputs.read(17)]).toEqual([1, undefined]);
});

test.each(['tcp', 'rtu-tcp'] as const)(
  'over %s a siren is written and read back beside the input, and nothing else can be written',
  async (mode) => {
    const field = await fieldOf(module(mode, '[16]'));
    const wire = await wireTo(field.ready.lines.io);
    const encode = (hex: string) =>
      mode === 'tcp' ? encodeTcp({ unit: 1, pdu: pdu(hex) }, 1) : encodeRtu({ unit: 1, pdu: pdu(hex) });
    const steps = [
      ['01 0000 0001', '01 01 01'],
      ['01 0010 0001', '01 01 00'],
      ['05 0010 ff00', '05 0010 ff00'],
      ['01 0010 0001', '01 01 01'],
      // The input, another relay, several coils and a register.
      ['05 0000 0000', '85 01'],
      ['05 0011 ff00', '85 01'],
      ['0f 0010 0001 01 00', '8f 01'],
      ['06 0000 0001', '86 01'],
      ['01 0011 0001', '81 02'],
      ['01 0000 0001', '01 01 01'],
      ['01 0010 0001', '01 01 01'],
      ['05 0010 0000', '05 0010 0000'],
      ['01 0010 0001', '01 01 00'],
    ] as const;
    for (const [asked, answered] of steps) {
      const expected = encode(answered);
      wire.send(encode(asked).toString('hex'));
      expect(await wire.take(expected.length), asked).toBe(expected.toString('hex'));
    }
  },
);

test('a coil that is measured cannot be an output', async () => {
  await expect(fieldOf(module('tcp', '[16, 0]'))).rejects.toThrow(
    'line "io": unit 1: outputs: coil 0 is measured, it is no output',
  );
});
