/** What a phone needs: installing, offline, push. */
export const phone = {
  'phone.newVersion': 'Có phiên bản mới của màn hình.',
  'phone.reload': 'Tải lại',
  'phone.later': 'Để sau',
  'phone.held':
    'Còn {n} xác nhận chờ gửi. Người đã bấm hãy đăng nhập lại để gửi; nếu người khác đăng nhập, chúng sẽ bị bỏ.',
  'phone.dropped':
    '{n} xác nhận của {who} chưa gửi đã bị bỏ, vì người khác đăng nhập trên máy này. Hãy xem lại các cảnh báo.',
  'phone.droppedSeen': 'Đã hiểu',
  'phone.logoutLoses': 'Còn {n} xác nhận chưa gửi được. Nếu đăng xuất bây giờ, chúng sẽ mất.',
  'phone.logoutAnyway': 'Vẫn đăng xuất',

  'phone.queue': 'Đã xác nhận khi mất mạng',
  'phone.queue.waiting': 'Chờ gửi, bấm lúc {time}',
  'phone.queue.done': 'Đã gửi lúc {time}',
  'phone.queue.taken': '{who} đã xác nhận trước bạn, lúc {time}. Ghi chú của bạn (nếu có) đã được thêm.',
  'phone.queue.cleared': 'Cảnh báo đã hết lúc {time}, không cần xác nhận nữa.',
  'phone.queue.changed': 'Chưa xác nhận: cảnh báo đã nặng hơn hoặc trở lại từ lúc bạn bấm. Hãy xem lại.',
  'phone.queue.refused': 'Trung tâm không nhận: {detail}',
  'phone.queue.dismiss': 'Cất đi: {alert}',
  'phone.queue.drop': 'Không gửi nữa: {alert}',
  'phone.queue.sendNow': 'Gửi ngay',
  'phone.queue.changedTitle': 'Có xác nhận chưa thành. Xem ở mục Cảnh báo.',

  'phone.sound': 'Âm báo khi có cảnh báo nghiêm trọng',
  'phone.sound.on': 'Âm báo: bật',
  'phone.sound.off': 'Âm báo: tắt',
  'phone.sound.try': 'Nghe thử',
  'phone.sound.held': 'Trình duyệt chưa cho phát tiếng: hãy bấm vào màn hình một lần.',

  'phone.push': 'Thông báo đẩy',
  'phone.push.text':
    'Cảnh báo đến máy này cả khi không mở trang. Bạn được báo theo lịch trực đã đặt cho mình.',
  'phone.push.on': 'Máy này đang nhận thông báo đẩy.',
  'phone.push.start': 'Bật trên máy này',
  'phone.push.stop': 'Tắt trên máy này',
  'phone.push.none': 'Trình duyệt này không nhận được thông báo đẩy.',
  'phone.push.install':
    'Trên iPhone, hãy thêm trang này vào màn hình chính (Chia sẻ → Thêm vào MH chính) rồi mở từ đó.',
  'phone.push.denied': 'Bạn đã chặn thông báo của trang này. Hãy cho phép trong cài đặt của trình duyệt.',
  'phone.push.notSetUp': 'Trung tâm chưa cài đặt thông báo đẩy.',
  'phone.push.nobody':
    'Tài khoản này chưa gắn với người nhận tin nào; quản trị viên gắn qua API (tài liệu docs/people.md).',
} as const;
