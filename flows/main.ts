/** The flows process: Node-RED with Quantrac's rules and nodes, its editor, and its link to the broker. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import RED from 'node-red';
import { createLogger, type Logger } from '../devices/kit/log.ts';
import { closeSandbox } from '../devices/kit/sandbox.ts';
import type { Service } from '../devices/kit/service.ts';
import { loadSettings, type SettingsSources } from '../devices/kit/settings.ts';
import { credentialSecretOf } from './credential-secret.ts';
import { openEditor } from './editor-login.ts';
import { flowsStarted } from './flows-started.ts';
import { forgetHangs, hangsFile, mustStaySafe } from './hangs.ts';
import { openLink } from './link.ts';
import { openMemory } from './memory.ts';
import { nodeRedSettings } from './node-red-settings.ts';
import { flowsSettingsSchema } from './settings.ts';
import { prepareUserDir } from './user-dir.ts';
import { startWatchdog } from './watchdog.ts';

/**
 * Resolves when the flows run and live readings are subscribed; with the broker away, when the flows run.
 * Node-RED is one instance a process and cannot be started a second time in it.
 */
export async function startFlows(
  sources: SettingsSources,
): Promise<Service & { readonly ready: { readonly port: number } }> {
  const settings = loadSettings(flowsSettingsSchema, sources);
  hideSettings();
  const log = createLogger('flows', settings.log_level);
  const userDir = prepareUserDir(settings.data_dir);
  const editor = await openEditor(settings.editor, log.child({ part: 'editor' }), Date.now);
  const server = createServer(tellStarting);
  const sockets = await listen(server, settings.http.host, settings.http.port);
  const memory = openMemory(settings.data_dir, log.child({ part: 'memory' }), Date.now);
  const link = openLink({ ...settings.mqtt, log: log.child({ part: 'link' }), now: Date.now });
  const endWatch = watchFaults(log);
  const hangs = hangsFile(settings.data_dir);
  const safeMode = mustStaySafe(hangs, Date.now());
  const endWatchdog = startWatchdog({
    hangS: settings.hang_s,
    hangsFile: hangs,
    silent: settings.log_level === 'silent',
  });
  closeSandbox(sources.file);

  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= stopAll();
    return stopping;
  };
  const stopAll = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await RED.stop().catch((err: unknown) => log.error({ err }, 'Node-RED did not stop'));
    await link.stop();
    for (const socket of sockets) socket.destroy();
    await closed;
    memory.close();
    await endWatchdog();
    endWatch();
  };

  const part = log.child({ part: 'node-red' });
  const credentialSecret = settings.credential_secret ?? credentialSecretOf(settings.data_dir);
  RED.init(server, nodeRedSettings({ editor, credentialSecret, userDir, link, memory, safeMode, log: part }));
  // Out of safe mode they are started by nobody but who has mended and deployed them.
  if (safeMode) RED.events.once('flows:started', () => forgetHangs(hangs));
  const started = flowsStarted(RED.events, link, part);
  try {
    await RED.start();
    server.off('request', tellStarting).on('request', RED.httpAdmin);
    await Promise.all([started, link.settled]);
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  log.info({ host: settings.http.host, port }, 'flows ready');
  return { ready: { port }, stop };
}

function tellStarting(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1' }).end();
}

/** Flows read the environment with `env.get`: what it holds of our settings is no concern of theirs. */
function hideSettings(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('QUANTRAC_')) delete process.env[name];
}

/** Listens first, so that a taken port is told before anything else has started. */
async function listen(server: Server, host: string, port: number): Promise<Set<Socket>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return sockets;
}

/**
 * A promise that a flow forgot is logged and costs that flow only. An exception that nobody caught ends the process,
 * for no one knows what it left half done; what starts it again finds the reason in the log.
 */
function watchFaults(log: Logger): () => void {
  const rejected = (err: unknown): void => log.error({ err }, 'a promise failed and nobody waited for it');
  const thrown = (err: Error): void => log.error({ err }, 'an exception that nobody caught ends the flows');
  process.on('unhandledRejection', rejected);
  process.on('uncaughtExceptionMonitor', thrown);
  return () => {
    process.off('unhandledRejection', rejected);
    process.off('uncaughtExceptionMonitor', thrown);
  };
}
