// Arguments, environment and signals of the process -> a verb -> exit code.
import type { Command, CommandContext } from './cli/command.ts';
import { suggestion } from './config/command-line.ts';
import { commandHelp } from './config/help.ts';
import { UsageError } from './config/option.ts';
import { version } from './version.ts';

// Loaded when called: the exporter does not carry the simulator or the dashboards in memory.
const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  serve: () => import('./cli/serve.ts'),
  demo: () => import('./cli/demo.ts'),
  diagnose: () => import('./cli/diagnose.ts'),
  classify: () => import('./cli/classify.ts'),
  generate: () => import('./cli/generate.ts'),
};

async function main(
  argv: readonly string[],
  context: Omit<CommandContext, 'argv'>,
): Promise<number> {
  const [first = '', ...rest] = argv;
  if (first === '--version' || first === 'version') {
    await context.write(`imagepull-exporter ${version} (Node.js ${process.version})\n`);
    return 0;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    await context.write(await overview());
    return 0;
  }
  const named = first !== '' && !first.startsWith('-');
  const load = commands[named ? first : 'serve'];
  if (load === undefined || !Object.hasOwn(commands, named ? first : 'serve')) {
    throw new UsageError(
      `unknown command ${JSON.stringify(first)}${suggestion(first, Object.keys(commands), '')}; see imagepull-exporter --help`,
    );
  }
  const { command } = await load();
  const args = named ? rest : argv;
  const verbatim = args.indexOf('--');
  const flags = verbatim === -1 ? args : args.slice(0, verbatim);
  if (flags.includes('--help') || flags.includes('-h')) {
    await context.write(
      commandHelp(
        command.describe?.(args) ?? command.description,
        Math.min(context.columns ?? 100, 100),
      ),
    );
    return 0;
  }
  return command.run({ ...context, argv: args });
}

async function overview(): Promise<string> {
  const descriptions = await Promise.all(
    Object.values(commands).map(async (load) => (await load()).command.description),
  );
  return [
    'imagepull-exporter: why container images cannot be pulled, as Prometheus metrics',
    '',
    'Usage: imagepull-exporter [command] [flags]',
    '',
    ...descriptions.map(
      ({ name, summary }) =>
        `  ${name.padEnd(10)}${summary}${name === 'serve' ? ' This is the default.' : ''}`,
    ),
    '',
    '`imagepull-exporter COMMAND --help` shows the flags and examples of a command, `--version` the version.',
    'As a kubectl plugin: link it as `kubectl-imagepull` into your PATH, then `kubectl imagepull diagnose`.',
    '',
  ].join('\n');
}

function writeTo(stream: NodeJS.WriteStream): (text: string) => Promise<void> {
  return (text) =>
    new Promise((resolve, reject) => {
      stream.write(text, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The second signal does not wait for anything.
  process.once(signal, () => {
    stop.abort();
    process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}
// A closed pipe shows as an error of the write in progress; this listener keeps it from being thrown as well.
process.stdout.on('error', () => undefined);
// Nobody reads the log any more: no reason to stop.
process.stderr.on('error', () => undefined);

try {
  process.exitCode = await main(process.argv.slice(2), {
    environment: process.env,
    stdin: process.stdin,
    write: writeTo(process.stdout),
    writeError: (text) => process.stderr.write(text),
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    color: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    signal: stop.signal,
    now: Date.now,
  });
} catch (error) {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') {
    process.exitCode = 0;
  } else {
    process.stderr.write(
      `imagepull-exporter: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
process.exit();
