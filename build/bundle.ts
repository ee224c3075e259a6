// src/main.ts and its production dependencies -> dist/main.js, with a chunk for each verb that serve does not need.
import { rm } from 'node:fs/promises';
import { build } from 'rolldown';

const revision = process.env['IMAGEPULL_BUILD_REVISION'] ?? 'unknown';

await rm('dist', { recursive: true, force: true });
await build({
  input: { main: 'src/main.ts' },
  platform: 'node',
  transform: { define: { 'process.env.IMAGEPULL_BUILD_REVISION': JSON.stringify(revision) } },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    sourcemap: true,
    // Names are kept: stack traces in a bug report must be readable.
    minify: { compress: true, mangle: false, codegen: true },
  },
});
