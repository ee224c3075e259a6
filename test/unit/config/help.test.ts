import { expect, test } from 'vitest';
import { commandHelp } from '../../../src/config/help.ts';
import { list, parsed, toggle } from '../../../src/config/option.ts';

test('help groups the flags, keeps to the width, and names the environment variable', () => {
  const help = commandHelp(
    {
      name: 'look',
      summary: 'Look at things.',
      usage: '[flags]',
      options: {
        port: parsed({
          name: 'web.port',
          short: 'p',
          value: 'N',
          expected: 'a number',
          read: Number,
          fallback: 80,
          help: 'Where to listen for those who ask politely and at length.',
          group: 'Web',
        }),
        names: list({
          name: 'name',
          value: 'NAME',
          expected: 'a name',
          accepts: () => true,
          help: 'Who.',
          group: 'Who',
          defaultText: 'all',
        }),
        loud: toggle({ name: 'loud', help: 'Say it.', group: 'Who' }),
      },
      examples: ['imagepull-exporter look --loud'],
    },
    60,
  );
  expect(help).toBe(`Usage: imagepull-exporter look [flags]

Look at things.

Web:
  -p, --web.port N    Where to listen for those who ask
                      politely and at length. (default 80)

Who:
      --name NAME     Who. (repeatable; default all)
      --loud          Say it.

  -h, --help          Print this text.

Each flag is also an environment variable: --web.port is
IMAGEPULL_WEB_PORT.

Examples:
  imagepull-exporter look --loud
`);
});

test('help explains the names that flags take', () => {
  const help = commandHelp(
    {
      name: 'look',
      summary: 'Look at things.',
      usage: '[flags]',
      options: {},
      terms: () => ({ Things: [['sun', 'Do not look at it for long, nor through a glass.']] }),
      examples: ['imagepull-exporter look'],
    },
    44,
  );
  expect(help).toContain(`
Things:
  sun           Do not look at it for long,
                nor through a glass.
`);
});
