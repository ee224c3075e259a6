// `npm run bench -- NAME [options]` -> the benchmark of that name, which prints one table.
const benchmarks: Readonly<
  Record<string, () => Promise<(args: readonly string[]) => Promise<void>>>
> = {
  sync: async () => (await import('./sync.ts')).benchSync,
  churn: async () => (await import('./churn.ts')).benchChurn,
  idle: async () => (await import('./idle.ts')).benchIdle,
  update: async () => (await import('./update.ts')).benchUpdate,
  classify: async () => (await import('./classify.ts')).benchClassify,
  scrape: async () => (await import('./scrape.ts')).benchScrape,
  rules: async () => (await import('./rules.ts')).benchRules,
};

const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (load === undefined) {
  process.stderr.write(`bench: which one? ${Object.keys(benchmarks).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const run = await load();
  await run(args);
}
