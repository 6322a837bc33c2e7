import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, defineConfig, type Plugin } from 'vite';
import type { ShellFile } from './src/worker/shell.ts';

const COMPRESSIBLE = /\.(html|js|css|svg|geojson|webmanifest)$/;
/** What the screens need without network. */
const SHELL = /\.(html|js|css|woff2|svg|png|geojson|webmanifest)$/;

const hashOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16);

async function shellFiles(folder: string): Promise<ShellFile[]> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => SHELL.test(name)).sort();
  const addressOf = (name: string): string =>
    name === 'index.html' ? '/' : `/${name.replaceAll('\\', '/')}`;
  return Promise.all(
    files.map(async (name) => [addressOf(name), hashOf(await readFile(join(folder, name)))] as const),
  );
}

/** Builds src/worker/sw.ts into sw.js once all its files are there: their list is in it, so that each build is another worker. */
function serviceWorker(): Plugin {
  let folder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async writeBundle() {
      const files = await shellFiles(folder);
      await build({
        configFile: false,
        root: import.meta.dirname,
        publicDir: false,
        logLevel: 'warn',
        define: {
          SHELL_FILES: JSON.stringify(files),
          SHELL_VERSION: JSON.stringify(hashOf(JSON.stringify(files))),
        },
        build: {
          target: 'es2023',
          outDir: folder,
          emptyOutDir: false,
          rollupOptions: {
            input: resolve(import.meta.dirname, 'src/worker/sw.ts'),
            output: { format: 'iife', entryFileNames: 'sw.js' },
          },
        },
      });
    },
  };
}

/** A ranger's network is slow: what is text is compressed once here, and the gateway sends it as it is. */
function compress(): Plugin {
  let folder = '';
  return {
    name: 'compress',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      // After a build that failed nothing was written, and its own error is the one to be told.
      if (!existsSync(folder)) return;
      const files = await readdir(folder, { recursive: true });
      for (const file of files.filter((name) => COMPRESSIBLE.test(name))) {
        const path = join(folder, file);
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        await writeFile(`${path}.br`, brotliCompressSync(await readFile(path), { params }));
      }
    },
  };
}

/** What the first view needs is fetched beside the page's own code, and not after that has asked for it. */
const SOON = /src\/(texts\/vi\/first\.ts|views\/overview\/overview\.tsx)$/;

function preload(): Plugin {
  return {
    name: 'preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle = {} }) {
        return Object.values(bundle)
          .filter((part) => part.type === 'chunk' && SOON.test(part.facadeModuleId ?? ''))
          .map(({ fileName }) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` },
            injectTo: 'head',
          }));
      },
    },
  };
}

export default defineConfig({
  plugins: [preload(), serviceWorker(), compress()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    // The gateway's content policy allows scripts, styles and fonts of its own address only: nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
    rollupOptions: {
      output: {
        // What most views share comes at once: thirty small files take longer than one over a slow network.
        codeSplitting: {
          groups: [{ name: 'base', minShareCount: 5, test: /\.tsx?$|node_modules\/@?preact/ }],
        },
      },
    },
  },
});
