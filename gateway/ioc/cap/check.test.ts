import { expect, test, vi } from 'vitest';
import { schemaFaults } from '../../../test/support/cap.ts';
import { checkCap } from './check.ts';

vi.setConfig({ testTimeout: 30_000 });

/** The sample of domain-standards.md 7.4, with a page, which public messages must name. */
const SAMPLE = `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>vn.48.kl-2026-000123</identifier>
  <sender>ioc@example.gov.vn</sender>
  <sent>2026-03-05T13:15:00+07:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>vi-VN</language>
    <category>Fire</category>
    <event>Cảnh báo cháy rừng cấp V</event>
    <responseType>Prepare</responseType>
    <responseType>Avoid</responseType>
    <urgency>Expected</urgency>
    <severity>Extreme</severity>
    <certainty>Likely</certainty>
    <eventCode><valueName>VN-FIRE-LEVEL</valueName><value>5</value></eventCode>
    <effective>2026-03-05T13:15:00+07:00</effective>
    <expires>2026-03-06T13:15:00+07:00</expires>
    <senderName>Chi cục Kiểm lâm (mẫu)</senderName>
    <headline>Cấp V - cực kỳ nguy hiểm</headline>
    <description>Chỉ số P vượt ngưỡng cấp V.</description>
    <instruction>Không sử dụng lửa trong rừng và ven rừng.</instruction>
    <web>https://example.gov.vn/canh-bao</web>
    <parameter><valueName>P-index</valueName><value>20450</value></parameter>
    <area>
      <areaDesc>Khu vực mẫu</areaDesc>
      <polygon>16.00,108.00 16.00,108.10 16.10,108.10 16.10,108.00 16.00,108.00</polygon>
    </area>
  </info>
</alert>`;

/** Replaced just once; what is not there must not pass unseen. */
function changed(from: string, to: string): string {
  expect(SAMPLE).toContain(from);
  return SAMPLE.replace(from, to);
}
const REFERENCE = 'ioc@example.gov.vn,vn.48.kl-2026-000122,2026-03-05T12:15:00+07:00';
const SENT = '<sent>2026-03-05T13:15:00+07:00</sent>';
const INFO = SAMPLE.slice(SAMPLE.indexOf('<info>'), SAMPLE.indexOf('</alert>'));
const POLYGON = '16.00,108.00 16.00,108.10 16.10,108.10 16.10,108.00 16.00,108.00';
const withReferences = (type: string, references: string) =>
  changed('<msgType>Alert', `<msgType>${type}`).replace(
    '<info>',
    `<references>${references}</references><info>`,
  );
const second = (info: string) => SAMPLE.replace('</alert>', `${info}</alert>`);
const ENGLISH = INFO.replace('vi-VN', 'en-US')
  .replace(/<event>.*</, '<event>Forest fire danger V<')
  .replace(/<headline>.*</, '<headline>Level V<')
  .replace(/<description>.*</, '<description>Index P is beyond its limit.<')
  .replace(/<instruction>.*</, '<instruction>Do not use fire.<');

test('the sample is valid, also with UTC as the standard writes it and in a second language', async () => {
  for (const xml of [
    SAMPLE,
    changed(SENT, '<sent>2026-03-05T06:15:00-00:00</sent>'),
    second(ENGLISH),
    withReferences('Update', REFERENCE),
    withReferences('Cancel', REFERENCE).replace(INFO, ''),
  ]) {
    expect(await schemaFaults(xml)).toEqual([]);
    expect(checkCap(xml)).toEqual([]);
  }
});

/** What the schema refuses too (7.4). */
const INVALID: readonly [string, string][] = [
  ['sent ends in Z', changed(SENT, '<sent>2026-03-05T06:15:00Z</sent>')],
  ['sent with fractions', changed(SENT, '<sent>2026-03-05T13:15:00.000+07:00</sent>')],
  ['severity in small letters', changed('Extreme', 'extreme')],
  ['no category', changed('<category>Fire</category>', '')],
  ['no scope', changed('<scope>Public</scope>', '')],
  [
    'severity before urgency',
    changed(
      '<urgency>Expected</urgency>\n    <severity>Extreme</severity>',
      '<severity>Extreme</severity><urgency>Expected</urgency>',
    ),
  ],
  ['two headlines', changed('<headline>', '<headline>a</headline><headline>')],
  ['an element of nobody', changed('<scope>', '<colour>red</colour><scope>')],
];

test.each(INVALID)('refused by the schema and by our check: %s', async (_what, xml) => {
  expect(await schemaFaults(xml)).not.toEqual([]);
  expect(checkCap(xml)).not.toEqual([]);
});

/** What the schema lets through: 7.2 and 7.4. */
const WRONG: readonly [string, string, string][] = [
  [
    'Cancel without references',
    changed('<msgType>Alert', '<msgType>Cancel'),
    'alert/references: Cancel must',
  ],
  ['a polygon that is not closed', changed(POLYGON, POLYGON.slice(0, -13)), 'must end where it began'],
  ['an identifier with a space', changed('kl-2026', 'kl 2026'), 'alert/identifier'],
  ['an identifier with a comma', changed('kl-2026', 'kl,2026'), 'alert/identifier'],
  ['a sender with &', changed('<sender>ioc', '<sender>a&amp;ioc'), 'alert/sender'],
  ['Restricted without restriction', changed('>Public<', '>Restricted<'), 'alert/restriction'],
  [
    'restriction of a public message',
    changed('<scope>Public</scope>', '<scope>Public</scope><restriction>kiểm lâm</restriction>'),
    'alert/restriction',
  ],
  ['Private without addresses', changed('>Public<', '>Private<'), 'alert/addresses'],
  [
    'a reference to itself',
    withReferences('Update', REFERENCE.replace('000122', '000123')),
    'is the message itself',
  ],
  ['a reference to a later one', withReferences('Update', REFERENCE.replace('T12', 'T14')), 'was sent later'],
  ['a reference of two parts', withReferences('Update', 'a,b'), 'must be sender,identifier,sent'],
  ['an Update without info', withReferences('Update', REFERENCE).replace(INFO, ''), 'alert/info'],
  ['a polygon of three points', changed(POLYGON, '16,108 16,109 16,108'), 'at least four'],
  [
    'a polygon whose edges cross',
    changed(POLYGON, '16,108 17,109 17,108 16,109 16,108'),
    'edges must not cross',
  ],
  ['longitude before latitude', changed(POLYGON, '108,16 108,17 109,17 109,16 108,16'), 'pairs in degrees'],
  [
    'a circle without radius',
    changed(`<polygon>${POLYGON}</polygon>`, '<circle>16.0,108.0</circle>'),
    'circle: must be',
  ],
  ['ceiling without altitude', changed('</polygon>', '</polygon><ceiling>500</ceiling>'), 'needs altitude'],
  [
    'a ceiling below its altitude',
    changed('</polygon>', '</polygon><altitude>900</altitude><ceiling>500</ceiling>'),
    'must be above altitude',
  ],
  ['a relative page', changed('https://example.gov.vn/canh-bao', '/canh-bao'), 'absolute'],
  [
    'a relative resource',
    changed(
      '<area>',
      '<resource><resourceDesc>ảnh</resourceDesc><mimeType>image/png</mimeType><uri>a.png</uri></resource><area>',
    ),
    'needs derefUri',
  ],
  [
    'a media type of nobody',
    changed('<area>', '<resource><resourceDesc>ảnh</resourceDesc><mimeType>png</mimeType></resource><area>'),
    'no registered type',
  ],
  ['HTML in a text', changed('Chỉ số P', '&lt;b&gt;Chỉ số&lt;/b&gt; P'), 'without HTML'],
  ['a public message without page', changed('<web>https://example.gov.vn/canh-bao</web>', ''), 'info 1/web'],
  ['without an end', changed('<expires>2026-03-06T13:15:00+07:00</expires>', ''), 'info 1/expires'],
  ['an end before its begin', changed('2026-03-06T13:15', '2026-03-05T13:00'), 'later than effective'],
  ['a headline of 141 characters', changed('Cấp V - cực kỳ nguy hiểm', 'á'.repeat(141)), 'longer than 140'],
  [
    'a description that is the headline',
    changed('Chỉ số P vượt ngưỡng cấp V.', 'Cấp V - cực kỳ nguy hiểm'),
    'repeats',
  ],
  ['an area without place', changed(`<polygon>${POLYGON}</polygon>`, ''), 'needs a polygon'],
  ['the same text twice', second(INFO.replace('vi-VN', 'en-US')), 'info/headline: repeats itself'],
  ['two infos of one language', second(ENGLISH.replace('en-US', 'vi-VN')), 'a language is there twice'],
  [
    'another severity in English',
    second(ENGLISH.replace('Extreme', 'Severe')),
    'info/severity: must be the same',
  ],
  ['another code in English', second(ENGLISH.replace('<value>5', '<value>4')), 'info/eventCode'],
  ['another area in English', second(ENGLISH.replaceAll('108.10', '108.20')), 'info/area'],
];

test.each(WRONG)('let through by the schema, refused by our check: %s', async (_what, xml, fault) => {
  expect(await schemaFaults(xml)).toEqual([]);
  expect(checkCap(xml).join('\n')).toContain(fault);
});

test('what is no CAP is refused with a sentence', () => {
  expect(checkCap('<alert>')).toEqual([expect.stringMatching(/no XML|root must be/)]);
  expect(checkCap('<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"/>')).toEqual([
    'the root must be alert in urn:oasis:names:tc:emergency:cap:1.2',
  ]);
});
