/** The table of rights as people read it: in a terminal, and as docs/access.md. */
import { HTTP_ROWS, type HttpRow } from './http-rows.ts';
import { MQTT_ROWS, type MqttRow } from './mqtt-rows.ts';

type Cells = readonly string[];

const HTTP_HEAD: Cells = ['right', 'from role', 'where', 'by', 'what'];
const MQTT_HEAD: Cells = ['account', 'may', 'topic', 'whose', 'what'];

const rows: readonly HttpRow[] = HTTP_ROWS;
const both = ({ what: { vi, en } }: HttpRow | MqttRow): string => `${en} · ${vi}`;
const httpCells = (row: HttpRow): Cells => [row.name, row.role, row.where, row.by ?? '', both(row)];
const mqttCells = (row: MqttRow): Cells => [row.account, row.may, row.topic, row.whose, both(row)];

/** Columns side by side; the last one as long as it is. */
function aligned(lines: readonly Cells[]): string {
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const piped = ([head = [], ...lines]: readonly Cells[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** For a terminal. */
export const accessText = (part: 'http' | 'mqtt'): string =>
  part === 'http'
    ? aligned([HTTP_HEAD, ...rows.map(httpCells)])
    : aligned([MQTT_HEAD, ...MQTT_ROWS.map(mqttCells)]);

/** For programs: the rows as they are. */
export const accessJson = (): string => JSON.stringify({ http: HTTP_ROWS, mqtt: MQTT_ROWS }, null, 2);

const code = ([first = '', ...others]: Cells): Cells => [`\`${first}\``, ...others];
const codedTopic = (cells: Cells): Cells =>
  cells.map((cell, column) => (column === 2 ? `\`${cell}\`` : cell));

/** The whole of docs/access.md. */
export const accessMarkdown = (): string => `# Who may do what

This page is printed by \`quantrac access --markdown > docs/access.md\` from the one table that HTTP, MQTT, the stream, SensorThings and
Node-RED's editor go by (\`gateway/access/\`). What is in no row is refused; a route without a row keeps the gateway from starting.
(Trang này được in từ chính bảng quyền mà hệ thống dùng. Không có dòng nào cho phép thì bị từ chối.)

## People and scripts

Roles are ranked: viewer, operator, technician, admin; each may do what those before it may. \`nobody\` needs no login.

| where | what it means |
| --- | --- |
| station | Narrowed to the stations in the areas of the session; what is not seen is answered as what does not exist. Thu hẹp theo khu vực. |
| province | Concerns all of it: only for who is not limited to areas. Toàn tỉnh: chỉ cho người không giới hạn khu vực. |
| own | What belongs to the caller. Của chính mình. |
| none | Concerns no place. Không gắn với nơi nào. |

\`session\` under *by*: only with a login in the browser, never with an API token. (Chỉ khi đăng nhập, không bằng mã API.)

${piped([HTTP_HEAD, ...rows.map(httpCells).map(code)])}

A station that was withdrawn has no area any more: what is left of it is for those who see all. An alert about an edge is seen by whoever has a
station there and acted on by whoever has all of them; an alert about the flows is for those who see all. An incident shows the stations and
alerts that are seen. An open stream ends within a second when its login is revoked, expires or has another role or other areas.

## Machines

At the broker, by account. \`own\`: the topic carries the account's own name. \`own stations\`: those that its inventory announced. \`known
stations\`: any that is known, or all by the one filter that says so. \`itself\`: the flows, which there are once. Wider filters, \`$SYS\` and a
client id that is another account's name are refused. Readings of a station that is another edge's go into quarantine.
(Ở MQTT: mỗi tài khoản chỉ được những dòng dưới đây; bộ lọc rộng hơn và \`$SYS\` bị từ chối.)

${piped([MQTT_HEAD, ...MQTT_ROWS.map(mqttCells).map(codedTopic)])}
`;
