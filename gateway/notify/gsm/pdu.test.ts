/**
 * PDUs against examples of others: the "hellohello" pair that most descriptions of PDU mode print (with the first septets of it worked
 * out), and the vectors of ModemManager (src/tests/test-sms-part-3gpp.c), which come from real networks.
 */
import { expect, test } from 'vitest';
import { pack, septetsOf, textOf, unpack } from './alphabet.ts';
import { readDeliver } from './deliver.ts';
import { splitSms } from './split.ts';
import { submitPdus } from './submit.ts';

const septets = (text: string) => [...text].flatMap((char) => septetsOf(char) ?? []);
const hex = (octets: Buffer) => octets.toString('hex').toUpperCase();
/** TP-VP of the examples: four days, and five minutes. */
const [FOUR_DAYS, FIVE_MINUTES] = [0xaa, 0];

test('septets are packed as the standard shows it', () => {
  expect(hex(pack(septets('hellohello')))).toBe('E8329BFD4697D9EC37');
  expect(textOf(unpack(Buffer.from('E8329BFD4697D9EC37', 'hex'), 10))).toBe('hellohello');
  expect(() => unpack(Buffer.from('E832', 'hex'), 3)).toThrow('2 octets do not hold 3 septets');
});

test('the alphabet has 127 characters and an escape to ten more, each there and back', () => {
  const all = Array.from({ length: 128 }, (_, code) => code).filter((code) => code !== 0x1b);
  for (const code of all) expect(septets(textOf([code]))).toEqual([code]);
  for (const char of '\f^{}\\[~]|€') {
    expect(septets(char)[0]).toBe(0x1b);
    expect(textOf(septets(char))).toBe(char);
  }
  // TS 23.038, 6.2.1: some that are easily mistaken.
  expect(septets('@$_ÇΞ§¿à')).toEqual([0x00, 0x02, 0x11, 0x09, 0x1a, 0x5f, 0x60, 0x7f]);
  expect(septetsOf('ạ')).toBe(null);
  expect(textOf([0x1b, 0x41, 0x1b, 0x1b, 0x42])).toBe('A B');
});

test.each([
  ['+46708251358', 'hellohello', FOUR_DAYS, '0011000B916407281553F80000AA0AE8329BFD4697D9EC37'],
  [
    '+15555551234',
    'Hi there...Tue 17th Jan 2012 05:30.18 pm (GMT+1) ΔΔΔΔΔ',
    FIVE_MINUTES,
    '0011000B915155551532F400000036C834888E2ECBCB2E978B5A2F8362373A1AA40CBB4132584C0682D57433982B8603C1DB20D4B1495DC55220080402' +
      '8100',
  ],
  [
    '+15556661234',
    'This is really cool ΔΔΔΔΔ',
    FIVE_MINUTES,
    '0011000B915155661632F40000001954747A0E4ACF41F27298CDCE83C6EF371B0481402010',
  ],
  [
    '+15555551234',
    'Да здравствует король, детка!',
    FIVE_MINUTES,
    '0011000B915155551532F40008003A041404300020043704340440043004320441044204320443043504420020043A043E0440043E043B044C002C0020' +
      '043404350442043A04300021',
  ],
])('to %s: %s', (to, text, validity, pdu) => {
  expect(submitPdus(to, splitSms(text, 'unicode'), 0, validity)).toEqual([
    { hex: pdu, length: pdu.length / 2 - 1 },
  ]);
});

test('a number of this country has the other type, an even one no filler', () => {
  const [pdu] = submitPdus('0905123456', splitSms('a', 'gsm7'), 0);
  expect(pdu?.hex).toBe('0011000A8190502143650000A70161');
});

test.each([
  ['07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37', '27838890001', 'hellohello'],
  [
    '07912104442961F4040B916171957291F80000112082110505' +
      '0A6AC8B2BC7C9A83C220F6DB7D2ECB41EDF27C1E3E97411BDE06754FD3D1A0F9BB5D0695F1F4B29B5C2683C6E8B03C3CA697E5F34D6AE303D1D1F2F7' +
      'DD0D4ABB59A0797D8C0685E7A00028EC26832A960B28EC2683BE6050780EBA97D96C17',
    '+16175927198',
    "Here's a longer message [{with some extended characters}] thrown in, such as £ and ΩΠΨ and §¿ as well.",
  ],
  ['07919730071111F10414D04937BD2C7797E9D3E614000811309291024061080442043504410442', 'InternetSMS', 'тест'],
  [
    '07913306091093F0040485810000F111604231805180A049B7F90D9A1AA5A01668F8769BD3E4B29B9E2EB359A03FC85D06A9C3ED707A0E' +
      'A2CBC3EE79BB4CA7CBCBA05643617DA7C76990FD4D979741EE77DD5E0ED741ED371D442E83E0E1F9BC0CD281E677D9B84C06C1DF7539E8' +
      '5C9097E520FB9B2E2F83C6EF369C5E064D8D52D0BC2E07DDEF77D7DC2C7799E5A0771D040FCB41F402BB0047BFDD6550B80ECAD966',
    '1800',
    'Info SFR - Confidentiel, à ne jamais transmettre -\r\nVoici votre nouveau mot de passe : sw2ced pour gérer ' +
      'votre compte SFR sur www.sfr.fr ou par téléphone au 963',
  ],
])('from the network: %s', (pdu, from, text) => {
  expect(readDeliver(pdu)).toEqual({ from, text, part: null, hasNumber: from !== 'InternetSMS' });
});

test('the name of a sender is no number, also when it has digits only', () => {
  // 0905123451 in septets, type 5; then the same as digits, type 1.
  const rest = '00006230509083048205E8329BFD06';
  const name = `0412D0${hex(pack(septets('0905123451')))}${rest}`;
  expect(readDeliver(`00${name}`)).toMatchObject({ from: '0905123451', hasNumber: false, text: 'hello' });
  expect(readDeliver(`00040A919050214315${rest}`)).toMatchObject({ from: '+0905123451', hasNumber: true });
});

test('parts say what they are parts of', () => {
  const first =
    '07912160130320F5440B916171056429F5000021405291650569A00500034C0201A9E8F41C949E83C2207B599E07B1DFEE33885E9ED341E4F23C7D76' +
    '97C920FA1B54C697E5E3F4BC0C6AD7D9F434081E96D341E3303C2C4EB3D3F4BC0B94A483E6E8779D4D06CDD1EF3BA80E0785E7A0B7BB0C6A97E7F3F0' +
    'B9CC02B9DF7450780EA2DFDF2C50780EA2A3CBA0BA9B5C96B3F369F71954768FDFE4B4FB0C9297E1F2F2BCECA6CF41';
  const second =
    '07912160130320F6440B916171056429F5000021405291651569320500034C0202E9E8301D44479741F0B09C3E0785E56590BCCC0ED3CB6410FD0D7A' +
    'BBCBA0B0FB4D4797E52E10';
  const from = '+16175046925';
  expect([first, second].map(readDeliver)).toEqual([
    {
      from,
      hasNumber: true,
      text:
        'This is a very long test designed to exercise multi part capability. It should show up as one message, not as two, ' +
        'as the underlying encoding represents ',
      part: { reference: '4c', total: 2, number: 1 },
    },
    {
      from,
      hasNumber: true,
      text: 'that the parts are related to one another. ',
      part: { reference: '4c', total: 2, number: 2 },
    },
  ]);
  // A reference of two octets.
  const wide =
    '07911356131313F64004850120390011609232239180A006080400100201D7327BFD6EB340E2321BF46E83EA7790F59D1E97DBE1341B442F83C46576' +
    '3D3DA797E56537C81D0ECB41AB59CC1693C16031D96C064241E5656838AF03A96230982A269BCD462917C8FA4E8FCBED709A0D7ABBE9F6B0FB5C7683' +
    'D27350984D4FABC9A0B33C4C4FCF5D20EBFB2D079DCB62793DBD06D9C36E50FB2D4E97D9A0B49B5E96BBCB';
  expect(readDeliver(wide)).toMatchObject({
    from: '1002',
    text: expect.stringMatching(/^Welkom, bel om uw Voicemail .* mobiel interne$/),
    part: { reference: '0010', total: 2, number: 1 },
  });
});

test.each([
  ['', 'it is no PDU'],
  ['ABC', 'it is no PDU'],
  ['07912143658709F1040B918100551512F200001110102143', 'it ends too early'],
  ['07912143658709F1040B918100551512F20000111010214365000BE8329BFD4697D9EC37', 'it ends too early'],
  // 8-bit data, a status report, one that is compressed.
  ['07912143658709F1040B918100551512F20004111010214365000AE8329BFD4697D9EC37DE', 'it holds data, no text'],
  ['07914356060013F1065A098136397339F7219011700463802190117004638030', 'it is no SMS-DELIVER'],
  ['07912143658709F1040B918100551512F20020111010214365000AE8329BFD4697D9EC37', 'it is compressed'],
  ['07912143658709F1440B918100551512F200001110102143650002FF01', 'its header is longer than it is'],
])('what is none is refused: %s', (pdu, fault) => {
  expect(() => readDeliver(pdu)).toThrow(fault);
});

test('nothing that comes from the air throws anything but a sentence', () => {
  const good = Buffer.from('07917283010010F5440BC87238880900F10000993092516195800AE8329BFD4697D9EC37', 'hex');
  let state = 1;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % below;
  };
  for (let round = 0; round < 20_000; round++) {
    const octets = Buffer.from(good.subarray(0, 1 + random(good.length)));
    for (let change = random(4); change >= 0; change--) octets[random(octets.length)] = random(256);
    try {
      expect(typeof readDeliver(hex(octets)).text).toBe('string');
    } catch (error) {
      expect(String(error)).toMatch(/^Error: (it|its|\d+ octets) /);
    }
  }
});
