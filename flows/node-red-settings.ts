/** What Node-RED may and may not do here. */
import type { Logger } from '../devices/kit/log.ts';
import type { EditorAccess } from './editor-login.ts';
import type { Memory } from './memory.ts';
import { logNodeRed } from './node-red-log.ts';
import type { Link } from './nodes/contract.ts';
import type { UserDir } from './user-dir.ts';

/** Nodes that would make the editor a shell, a file manager or a second server of this machine. */
const EXCLUDED = [
  '90-exec.js',
  '10-file.js',
  '23-watch.js',
  '21-httpin.js',
  '22-websocket.js',
  '31-tcpin.js',
  '32-udp.js',
];

/** A function that never returns would keep every alarm from being raised. */
const FUNCTION_TIMEOUT_S = 2;

/** A node that will not close must not keep the process: stopping may take two seconds in all. */
const NODE_CLOSE_MS = 700;

export interface NodeRedParts {
  readonly editor: EditorAccess;
  readonly credentialSecret: string;
  readonly userDir: UserDir;
  readonly link: Link;
  readonly memory: Memory;
  /** The flows are shown and not started, until somebody deploys them. */
  readonly safeMode: boolean;
  readonly log: Logger;
}

export const nodeRedSettings = (parts: NodeRedParts) => ({
  userDir: parts.userDir.folder,
  flowFile: parts.userDir.flowFile,
  flowFilePretty: true,
  safeMode: parts.safeMode,
  nodesDir: import.meta.dirname,
  nodesExcludes: EXCLUDED,
  nodeCloseTimeout: NODE_CLOSE_MS,
  credentialSecret: parts.credentialSecret,
  adminAuth: parts.editor.adminAuth,

  httpAdminRoot: '/',
  httpNodeRoot: false,
  httpAdminMiddleware: [securityHeaders, parts.editor.door],

  // No flow and no editor reaches for the network to change what runs here.
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
    modules: { allowInstall: false },
  },
  functionExternalModules: false,
  globalFunctionTimeout: FUNCTION_TIMEOUT_S,
  telemetry: { enabled: false, updateNotification: false },
  // The second spelling is where Node-RED keeps a user's own choice; set here, it cannot be changed there.
  telemetryEnabled: false,

  lang: 'en-US',
  logging: {
    quantrac: { level: 'debug', audit: true, metrics: false, handler: () => logNodeRed(parts.log) },
  },
  editorTheme: {
    page: { title: 'Quantrac' },
    header: { title: 'Quantrac' },
    palette: { categories: ['quantrac', 'common', 'function', 'network', 'sequence', 'parser'] },
    projects: { enabled: false },
    multiplayer: { enabled: false },
    tours: false,
  },

  /** Read by our nodes (nodes/embedding.ts). */
  quantracLink: parts.link,
  quantracMemory: parts.memory,
});

interface HeaderResponse {
  setHeader(name: string, value: string): void;
}

function securityHeaders(_request: unknown, response: HeaderResponse, next: () => void): void {
  response.setHeader('X-Frame-Options', 'SAMEORIGIN');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  next();
}
