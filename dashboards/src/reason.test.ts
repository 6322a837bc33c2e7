import { expect, test } from 'vitest';
import { reasonText } from './reason.ts';
import { vi as texts } from './texts/vi/index.ts';

test.each([
  [
    'spike: more than 80 µg/m³ from the last good value',
    'đột biến: lệch hơn 80 µg/m³ so với giá trị tốt gần nhất',
  ],
  [
    'rate: more than 3 °C a minute from the last good value',
    'thay đổi quá nhanh: hơn 3 °C mỗi phút so với giá trị tốt gần nhất',
  ],
  ['flat: no change for 12 h', 'đứng yên: không đổi trong 12 giờ'],
  ["outside the instrument's range -40..85 °C", 'ngoài dải đo của thiết bị: -40 đến 85 °C'],
  [
    'unusual: outside -10..60; flat: no change for 30 min',
    'bất thường: ngoài khoảng -10 đến 60; đứng yên: không đổi trong 30 phút',
  ],
  [
    'no answer within 1031 ms (line cabinet, unit 5, input 4 to 11)',
    'thiết bị không trả lời trong 1031 ms (line cabinet, unit 5, input 4 to 11)',
  ],
  ['counter started', 'bộ đếm vừa khởi động'],
  [
    'calibration: zero check; clock not synchronised',
    'đang hiệu chuẩn: zero check; đồng hồ chưa đồng bộ: thời điểm đo chưa chắc chắn',
  ],
  ['instrument error: lamp', 'thiết bị báo lỗi: lamp'],
  ['clock was set back', 'đồng hồ đã bị vặn lùi: thời điểm này đã được dùng'],
  ['line busy', 'đường truyền quá tải'],
  ['not decided yet; beside those due', 'chưa xác định; đọc thêm ngoài chu kỳ'],
  ['no data of smoke, co', 'không có dữ liệu: smoke, co'],
  ['mean of 6 values in 60 s', 'trung bình của 6 giá trị trong 60 giây'],
  ['time is more than 5 minutes ahead (and 4 more records)', 'thời điểm đo đi trước hơn 5 phút (+4)'],
  [
    'time corrected: the clock was set ahead by 20605 days',
    'thời điểm đã hiệu chỉnh: đồng hồ được chỉnh tới 20605 ngày',
  ],
  [
    'time corrected: the clock was set back by 3 hours, after more than a week: to a minute or worse',
    'thời điểm đã hiệu chỉnh: đồng hồ được chỉnh lùi 3 giờ, sau hơn một tuần: sai số từ một phút trở lên',
  ],
  [
    'time unknown: boot 1a2b3c4d ended before the clock was synchronised',
    'không rõ thời điểm: lần khởi động 1a2b3c4d kết thúc trước khi đồng hồ được đồng bộ',
  ],
  ['the window is dirty', 'the window is dirty'],
])('"%s" is read as "%s"', (reason, expected) => {
  expect(reasonText(reason, texts)).toBe(expected);
});
