// src/main.ts and its production dependencies -> dist/main.js (or FOLDER/main.js), with a chunk for each
// verb that serve does not need.
import { rm } from 'node:fs/promises';
import { build, type Plugin } from 'rolldown';

const [folder = 'dist'] = process.argv.slice(2);
const revision = process.env['IMAGEPULL_BUILD_REVISION'] ?? 'unknown';

/**
 * What KubeConfig imports for API clients that this program does not make (makeApiClient,
 * applyToFetchOptions): a third of the exporter's code, and 8 MB of memory.
 */
const clientsOfKubeConfig: Readonly<Record<string, readonly string[]>> = {
  undici: ['Agent', 'ProxyAgent'],
  './gen/index.js': ['createConfiguration', 'ServerConfiguration'],
};

const withoutClients: Plugin = {
  name: 'kubeconfig-without-clients',
  resolveId: (source, importer) =>
    importer?.endsWith('client-node/dist/config.js') && source in clientsOfKubeConfig
      ? `\0left-out:${source}`
      : undefined,
  load: (id) =>
    clientsOfKubeConfig[id.replace('\0left-out:', '')]
      ?.map(
        (name) =>
          `export function ${name}() { throw new Error('${name} is left out of the bundle'); }\n`,
      )
      .join(''),
};

await rm(folder, { recursive: true, force: true });
await build({
  input: { main: 'src/main.ts' },
  platform: 'node',
  plugins: [withoutClients],
  transform: { define: { 'process.env.IMAGEPULL_BUILD_REVISION': JSON.stringify(revision) } },
  output: {
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    sourcemap: true,
    sourcemapExcludeSources: true,
    // Names are kept: stack traces in a bug report must be readable.
    minify: { compress: true, mangle: false, codegen: true },
  },
});
