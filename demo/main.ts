/** The demo as people see it: what is starting, where to look, how to end it. */

import { join } from 'node:path';
import { runService } from '../devices/kit/service.ts';
import type { DemoOptions } from './demo.ts';
import { startDemo } from './demo.ts';

export async function runDemo(
  options: Omit<DemoOptions, 'print'>,
  print: (line: string) => void,
): Promise<void> {
  const from = performance.now();
  print('Quantrac: đang khởi động / starting');
  await runService(async () => {
    const demo = await startDemo({ ...options, print });
    const { login, editor, mqttPort } = demo.addresses;
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    print('');
    print(`  Sẵn sàng sau ${seconds} s / ready after ${seconds} s`);
    print(`  Trang / page:            ${login}`);
    print('                           (dùng một lần / one-time link; later: user admin)');
    print(`  Bộ quy tắc / rules:      ${editor}   (Node-RED, user admin)`);
    print(
      `  Mật khẩu / passwords:    ${join(options.dataDir, 'secrets.json')}   ("admin": trang / page, "editor": Node-RED)`,
    );
    print(`  MQTT:                    mqtt://127.0.0.1:${mqttPort}`);
    print(
      '  Dữ liệu phát lại từ bản ghi thật, nguồn ghi trên trang / replayed recordings, their origins are on the page',
    );
    print('  Ctrl-C: dừng / stop');
    print('');
    return { ready: demo.addresses, stop: () => demo.stop() };
  });
}
