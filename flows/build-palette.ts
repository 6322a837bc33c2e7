/**
 * Makes the nodes into plain JavaScript without dependencies, in `palette/dist`, for any Node-RED: `npm run palette`, then
 * `npm install <...>/flows/palette` in the user directory of that Node-RED.
 */
import { copyFileSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const NODES = join(import.meta.dirname, 'nodes');
const DIST = join(import.meta.dirname, 'palette/dist');

/** Node-RED finds a node by its .html; the .js beside it is its door. */
const forms = readdirSync(NODES).filter((file) => file.endsWith('.html'));

await build({
  configFile: false,
  root: NODES,
  logLevel: 'warn',
  ssr: { target: 'node', noExternal: true },
  build: {
    outDir: DIST,
    target: 'node20',
    ssr: true,
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(
        forms.map((form) => [form.slice(0, -5), join(NODES, form.replace(/html$/, 'js'))]),
      ),
      output: {
        format: 'cjs',
        // A door exports nothing but itself.
        exports: 'default',
        codeSplitting: { groups: [{ name: 'libraries', test: /node_modules/ }] },
        entryFileNames: '[name].js',
        chunkFileNames: 'shared/[name]-[hash].cjs',
      },
    },
  },
});
for (const form of forms) copyFileSync(join(NODES, form), join(DIST, form));
cpSync(join(NODES, 'locales'), join(DIST, 'locales'), { recursive: true });
