/** The table of rights of people and scripts: what a call is, the least role for it, and where it holds. */
import type { Role } from '../../devices/wire/api.ts';
import type { Text } from '../../devices/word.ts';

/**
 * - `station`: narrowed to the stations that the caller may see (gateway/scope.ts).
 * - `province`: concerns all of it, so it needs a caller who is not limited to areas.
 * - `own`: what belongs to the caller.
 * - `none`: concerns no place.
 */
export const WHERES = ['station', 'province', 'own', 'none'] as const;
export type Where = (typeof WHERES)[number];

export interface HttpRow {
  /** What a route names in `config.access`. */
  readonly name: string;
  /** The least role; `nobody` needs no login. */
  readonly role: Role | 'nobody';
  readonly where: Where;
  /** `session`: by a login in the browser only, never by an API token. */
  readonly by?: 'session';
  readonly what: Text;
}

const row = <N extends string>(
  name: N,
  role: HttpRow['role'],
  where: Where,
  vi: string,
  en: string,
  by?: 'session',
): HttpRow & { readonly name: N } => ({ name, role, where, what: { vi, en }, ...(by && { by }) });

const OPEN = [
  row(
    'screens',
    'nobody',
    'none',
    'Tệp giao diện, không có dữ liệu',
    'Files of the screens, which hold no data',
  ),
  row(
    'login',
    'nobody',
    'none',
    'Đăng nhập, đăng xuất, liên kết dùng một lần',
    'Log in and out, one-time links',
  ),
  row('health', 'nobody', 'none', 'Tình trạng cổng', 'How the gateway is'),
  row('openapi', 'nobody', 'none', 'Mô tả API', 'Description of the API'),
  row(
    'ack.link',
    'nobody',
    'none',
    'Xác nhận bằng liên kết trong tin nhắn: mã là quyền',
    'Acknowledge by the link of a message: its token is the right',
  ),
  row(
    'sms.incoming',
    'nobody',
    'none',
    'SMS trả lời, bằng mật khẩu của cổng SMS',
    'SMS answers, by the secret of the SMS gateway',
  ),
  row(
    'enrol',
    'nobody',
    'none',
    'Ghi danh tủ đo bằng mã dùng một lần',
    'Enrol an edge: its single-use code is the right',
  ),
] as const;

const OWN = [
  row('session', 'viewer', 'own', 'Ai đang đăng nhập', 'Who is logged in'),
  row(
    'profile',
    'viewer',
    'own',
    'Hồ sơ, giờ trực và mật khẩu của mình',
    'Own profile, hours of duty and password',
    'session',
  ),
  row('sessions', 'viewer', 'own', 'Các phiên đăng nhập của mình', 'Own sessions', 'session'),
  row('tokens.own', 'viewer', 'own', 'Mã API của mình', 'Own API tokens', 'session'),
  row('push', 'viewer', 'own', 'Thông báo đẩy đến trình duyệt của mình', "Web push to one's own browser"),
] as const;

const FIELD = [
  row('stations.read', 'viewer', 'station', 'Trạm', 'Stations'),
  row('photos.write', 'technician', 'station', 'Đặt ảnh của trạm', 'Set the photograph of a station'),
  row(
    'readings.read',
    'viewer',
    'station',
    'Số đo, giá trị suy ra, xuất tệp',
    'Readings, derived values, export',
  ),
  row('books.read', 'viewer', 'station', 'Sổ số đo và chất lượng', 'Books and quality'),
  row('stream', 'viewer', 'station', 'Luồng sự kiện trực tiếp', 'The stream of live events'),
  row('sta.read', 'viewer', 'station', 'SensorThings', 'SensorThings'),
  row(
    'alerts.read',
    'viewer',
    'station',
    'Cảnh báo, sự cố, ngừng phục vụ',
    'Alerts, incidents, what is out of service',
  ),
  row(
    'alerts.act',
    'operator',
    'station',
    'Xác nhận, gác, sửa, rút cảnh báo',
    'Acknowledge, shelve, correct, retract alerts',
  ),
  row(
    'service.write',
    'operator',
    'station',
    'Cho trạm ngừng hoặc trở lại phục vụ',
    'Take out of service and back',
  ),
  row('limits.read', 'viewer', 'station', 'Ngưỡng và các phiên bản', 'Limits and their versions'),
  row('limits.write', 'operator', 'station', 'Đặt ngưỡng', 'Set limits'),
  row('rehearsals', 'operator', 'station', 'Diễn tập quy tắc', 'Rehearse rules'),
  row('evidence.read', 'viewer', 'station', 'Kiểm chứng số đo đã lưu', 'Prove what is stored'),
  row('audit.read', 'operator', 'station', 'Nhật ký kiểm toán của khu vực', 'Audit log of the areas'),
] as const;

const CENTRE = [
  row('feed.read', 'viewer', 'province', 'Luồng IOC và khóa của nó', 'The IOC feed and its key'),
  row('cap.read', 'viewer', 'province', 'Bản tin CAP và bản nháp', 'CAP messages and drafts'),
  row(
    'cap.decide',
    'operator',
    'province',
    'Duyệt hoặc từ chối bản tin CAP',
    'Approve or refuse CAP messages',
  ),
  row('destinations', 'technician', 'province', 'Nơi nhận luồng IOC', 'Destinations of the feed'),
  row('quarantine', 'technician', 'province', 'Dữ liệu bị giữ lại', 'Quarantine'),
  row('metrics', 'viewer', 'province', 'Số liệu vận hành (Prometheus)', 'Metrics (Prometheus)'),
  row(
    'notices',
    'admin',
    'province',
    'Người nhận tin, kế hoạch báo tin, tin đã gửi',
    'People who are told, plans, messages sent',
  ),
  row(
    'audit.verify',
    'operator',
    'province',
    'Kiểm chuỗi nhật ký kiểm toán',
    'Verify the chain of the audit log',
  ),
] as const;

const FLEET = [
  row('fleet.read', 'technician', 'station', 'Tình trạng tủ đo', 'Health of edges'),
  row(
    'fleet.config.read',
    'technician',
    'station',
    'Cấu hình tủ đo và khác biệt',
    'Configuration of edges, differences',
  ),
  row('fleet.config.push', 'admin', 'province', 'Đẩy cấu hình xuống tủ đo', 'Push configuration to edges'),
  row('commands.read', 'technician', 'station', 'Lệnh và kết quả', 'Commands and their answers'),
  row('commands.read-registers', 'technician', 'station', 'Đọc thanh ghi', 'Read registers'),
  row('commands.rescan', 'technician', 'station', 'Quét lại đường dây', 'Scan a line again'),
  row('commands.log', 'technician', 'station', 'Trích nhật ký tủ đo', 'Excerpt of the log of an edge'),
  row(
    'commands.write',
    'technician',
    'station',
    'Ghi một điểm; việc nguy hiểm cần hai người',
    'Write a point; dangerous ones need two persons',
  ),
  row(
    'commands.approve',
    'technician',
    'station',
    'Người thứ hai duyệt lệnh nguy hiểm',
    'Approve a dangerous command as the second person',
    'session',
  ),
  row('commands.restart', 'technician', 'station', 'Khởi động lại tủ đo', 'Restart an edge'),
  row('certificates.read', 'technician', 'province', 'Chứng thư của tủ đo', 'Certificates of edges'),
  row('certificates.revoke', 'admin', 'province', 'Thu hồi chứng thư', 'Revoke a certificate'),
  row('codes.issue', 'admin', 'province', 'Cấp mã ghi danh', 'Issue codes for enrolment'),
  row(
    'devices',
    'admin',
    'province',
    'Tài khoản máy ở MQTT, kể cả thuê bao SensorThings',
    'Machine accounts of MQTT, SensorThings subscribers too',
    'session',
  ),
] as const;

const PEOPLE = [
  row('users.read', 'admin', 'province', 'Người dùng', 'Users'),
  row(
    'users.write',
    'admin',
    'province',
    'Thêm, sửa, xóa người dùng và phiên của họ',
    'Add, change, remove users and their sessions',
    'session',
  ),
  row('tokens.any', 'admin', 'province', 'Mã API của người khác', 'API tokens of others', 'session'),
  row('editor', 'admin', 'province', 'Trình soạn luật Node-RED', "Node-RED's editor", 'session'),
] as const;

export const HTTP_ROWS = [...OPEN, ...OWN, ...FIELD, ...CENTRE, ...FLEET, ...PEOPLE] as const;
export type AccessName = (typeof HTTP_ROWS)[number]['name'];

const BY_NAME: ReadonlyMap<string, HttpRow> = new Map(HTTP_ROWS.map((one) => [one.name, one]));

export const httpRow = (name: string): HttpRow | undefined => BY_NAME.get(name);
