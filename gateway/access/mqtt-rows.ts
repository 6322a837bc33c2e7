/** The table of rights of machines at the broker: which account may publish or hear what, and whose. What is in no row is refused. */
import { type CentreTopic, type ParsedTopic, topics } from '../../devices/wire/topics.ts';
import type { Text } from '../../devices/word.ts';
import type { AccountKind } from '../accounts.ts';

/**
 * - `own`: the topic carries the account's own name.
 * - `own stations`: of stations that its own inventory announced.
 * - `known stations`: of any station that is known.
 * - `all`: of any station, and of all by the one filter that says so.
 * - `itself`: of the flows, which there are once.
 */
export const WHOSE = ['own', 'own stations', 'known stations', 'all', 'itself'] as const;
export type Whose = (typeof WHOSE)[number];

/** Kinds of topics, as `parseTopic` tells them apart; `observations`: of SensorThings, outside our root. */
export type TopicKind = Exclude<ParsedTopic['kind'], 'to-edge'> | `to-edge/${CentreTopic}` | 'observations';

export interface MqttRow {
  readonly account: AccountKind;
  readonly may: 'publish' | 'subscribe';
  readonly kind: TopicKind;
  readonly whose: Whose;
  /** As people read it. */
  readonly topic: string;
  readonly what: Text;
}

const EDGE = '{edge}';
const STATION = '{station}';
const row = (
  account: AccountKind,
  may: MqttRow['may'],
  kind: TopicKind,
  whose: Whose,
  topic: string,
  vi: string,
  en: string,
): MqttRow => ({ account, may, kind, whose, topic, what: { vi, en } });

export const MQTT_ROWS: readonly MqttRow[] = [
  // Readings of a station that is another edge's are told apart behind the broker and go into quarantine: refused
  // here, the client would send them again for ever, and everything else behind them.
  row('edge', 'publish', 'readings', 'own', topics.readings(EDGE, STATION), 'Số đo', 'Readings'),
  row('edge', 'publish', 'backlog', 'own', topics.backlog(EDGE, STATION), 'Số đo đến muộn', 'Late readings'),
  row('edge', 'publish', 'alarms', 'own', topics.alarms(EDGE, STATION), 'Báo động', 'Alarms'),
  row('edge', 'publish', 'inventory', 'own', topics.inventory(EDGE), 'Danh sách trạm', 'Its stations'),
  row('edge', 'publish', 'status', 'own', topics.status(EDGE), 'Tình trạng', 'Its health'),
  row(
    'edge',
    'publish',
    'account',
    'own',
    topics.account(EDGE),
    'Số đo còn chờ và đã mất',
    'What waits and was lost',
  ),
  row(
    'edge',
    'publish',
    'answers',
    'own',
    topics.ofEdge(EDGE, 'answers'),
    'Trả lời lệnh',
    'Answers to commands',
  ),
  row(
    'edge',
    'publish',
    'config',
    'own',
    topics.ofEdge(EDGE, 'config'),
    'Cấu hình đang chạy',
    'Its configuration in force',
  ),
  row(
    'edge',
    'publish',
    'renewal',
    'own',
    topics.ofEdge(EDGE, 'renewal'),
    'Xin gia hạn chứng thư',
    'Wish for a new certificate',
  ),
  row('edge', 'publish', 'seal', 'own', topics.ofEdge(EDGE, 'seal'), 'Đầu chuỗi đã ký', 'Its signed head'),
  row('edge', 'subscribe', 'limits', 'own stations', topics.limits(STATION), 'Ngưỡng', 'Limits'),
  row(
    'edge',
    'subscribe',
    'sirens',
    'own stations',
    topics.sirens(STATION),
    'Lệnh còi',
    'What its sirens are to do',
  ),
  row(
    'edge',
    'subscribe',
    'to-edge/commands',
    'own',
    topics.toEdge(EDGE, 'commands'),
    'Lệnh cho nó',
    'Commands to it',
  ),
  row(
    'edge',
    'subscribe',
    'to-edge/config',
    'own',
    topics.toEdge(EDGE, 'config'),
    'Cấu hình nó phải chạy',
    'What it is to run',
  ),
  row(
    'edge',
    'subscribe',
    'to-edge/certificate',
    'own',
    topics.toEdge(EDGE, 'certificate'),
    'Chứng thư mới',
    'Its new certificate',
  ),

  row(
    'flows',
    'publish',
    'flows-alarms',
    'itself',
    topics.flowsAlarms(STATION),
    'Báo động của luật',
    'Alarms of the rules',
  ),
  row(
    'flows',
    'publish',
    'flows-status',
    'itself',
    topics.flowsStatus,
    'Nhịp sống của luật',
    'Heartbeat of the rules',
  ),
  row('flows', 'subscribe', 'live', 'all', topics.live(STATION), 'Số đo trực tiếp', 'Live readings'),
  row('flows', 'subscribe', 'limits', 'all', topics.limits(STATION), 'Ngưỡng', 'Limits'),

  row(
    'subscriber',
    'subscribe',
    'observations',
    'known stations',
    topics.observations,
    'Observations của SensorThings',
    'Observations of SensorThings',
  ),
];
