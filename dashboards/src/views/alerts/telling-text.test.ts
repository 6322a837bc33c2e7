import { expect, test } from 'vitest';
import { TEXTS } from '../../texts/texts.ts';
import { sirenText, tellingText } from './telling-text.ts';

test.each([
  ['lan: sms', 'lan: Tin nhắn SMS'],
  ['lan: chat:zalo', 'lan: Tin nhắn zalo'],
  [
    'lan: no channel: there is no channel to this person; given up',
    'lan: không có kênh: người này không có kênh nhận tin; không thử nữa',
  ],
  [
    'lan: sms: nobody listens at this address and port (ECONNREFUSED); again in 5 s',
    'lan: Tin nhắn SMS: không ai nghe ở địa chỉ này; thử lại sau 5 giây',
  ],
  [
    'lan: sms: the service answered 503; next: email',
    'lan: Tin nhắn SMS: bên nhận trả lời 503; thử tiếp kênh Thư điện tử',
  ],
  [
    'lan: email: the server says: not now; later; again by chat:zalo',
    'lan: Thư điện tử: the server says: not now; later; thử lại từ kênh Tin nhắn zalo',
  ],
  [
    'lan: web-push: nobody knows: the gateway ended while it was being sent',
    'lan: Thông báo đẩy: trung tâm dừng trong lúc gửi; không rõ tin có đến không',
  ],
  ['nobody of the step is on duty (chay-rung, step 2)', 'không ai ở bước 2 của kế hoạch chay-rung đang trực'],
  ['something that is new', 'something that is new'],
])('%s', (reason, said) => {
  expect(tellingText(reason, TEXTS.vi)).toBe(said);
});

test.each([
  ['hoa-bac: coi-1 is on; coi-2 is on', 'Hòa Bắc: coi-1 đang hú; coi-2 đang hú'],
  [
    'hoa-bac is to sound: coi-1 is not confirmed on: no answer within 1000 ms',
    'Hòa Bắc cần hú còi: coi-1 chưa trả lời là đã hú: thiết bị không trả lời trong 1000 ms',
  ],
  ['hoa-bac is to be silent: edge hop-1 is offline', 'Hòa Bắc cần tắt còi: tủ đo hop-1 mất kết nối'],
  ['hoa-bac: coi-1 sounds on for alarms of the post', 'Hòa Bắc: coi-1 còn hú vì báo động của trạm'],
  ['something that is new', 'something that is new'],
])('%s', (reason, said) => {
  expect(sirenText(reason, TEXTS.vi, () => 'Hòa Bắc')).toBe(said);
});
