// `imagepull-exporter generate WHAT`: rules, dashboards or manifests with the user's own values, on
// standard output or as files.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCommandLine, suggestion } from '../config/command-line.ts';
import type { CommandDescription } from '../config/help.ts';
import { type Options, text, UsageError } from '../config/option.ts';
import type { GeneratedFile } from '../generate/generated-file.ts';
import { generateManifests } from '../generate/manifests.ts';
import { manifestsOptions, manifestsSettings } from '../generate/manifests-options.ts';
import { generateRules } from '../generate/rules.ts';
import { rulesOptions, settingsFromOptions } from '../generate/rules-options.ts';
import type { Command, CommandContext } from './command.ts';

const folderOption = {
  folder: text({
    name: 'output',
    short: 'o',
    value: 'FOLDER',
    help: 'Write files into this folder; without it one file goes to standard output.',
    group: 'Output',
  }),
};

interface Target {
  readonly summary: string;
  readonly options: Options;
  readonly examples: readonly string[];
  readonly generate: (context: CommandContext) => {
    readonly files: readonly GeneratedFile[];
    readonly folder: string | undefined;
  };
}

const targets: Readonly<Record<string, Target>> = {
  rules: {
    summary: 'Write the recording rules, alerts and Alertmanager snippets with your own values.',
    options: { ...folderOption, ...rulesOptions },
    examples: [
      'imagepull-exporter generate rules --format prometheusrule | kubectl apply -n monitoring -f -',
      'imagepull-exporter generate rules -o rules/ --disable ImagePullForgotten',
      'imagepull-exporter generate rules --format rules --severity ImagePullFailing=info',
    ],
    generate: ({ argv, environment }) => {
      const options = { ...folderOption, ...rulesOptions };
      const { folder, ...values } = readCommandLine(
        'generate rules',
        options,
        argv,
        environment,
      ).values;
      return { folder, ...generateRules(settingsFromOptions(values), values.formats) };
    },
  },
  manifests: {
    summary:
      'Write the Kubernetes objects that run the exporter: access, Deployment, Service, ServiceMonitor.',
    options: { ...folderOption, ...manifestsOptions },
    examples: [
      'imagepull-exporter generate manifests -n monitoring | kubectl apply -f -',
      'imagepull-exporter generate manifests --shards 3 --monitor-label release=kube-prometheus-stack',
    ],
    generate: ({ argv, environment }) => {
      const options = { ...folderOption, ...manifestsOptions };
      const { folder, ...values } = readCommandLine(
        'generate manifests',
        options,
        argv,
        environment,
      ).values;
      return { folder, files: [generateManifests(manifestsSettings(values))] };
    },
  },
};

const names = Object.keys(targets).join('|');

const description: CommandDescription = {
  name: 'generate',
  summary: 'Write alert rules, dashboards or Kubernetes manifests with your own values.',
  usage: `${names} [flags]`,
  options: {},
  examples: Object.values(targets).flatMap(({ examples }) => examples.slice(0, 1)),
  notes: `Each has flags of its own: imagepull-exporter generate ${Object.keys(targets)[0]} --help`,
};

export const command: Command = {
  description,
  describe: ([name = '']) => {
    const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
    return target === undefined
      ? description
      : { ...target, name: `generate ${name}`, usage: '[flags]' };
  },
  run: async (context) => {
    const [name = '', ...argv] = context.argv;
    const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
    if (target === undefined) {
      throw new UsageError(
        `generate: expected ${names}, got ${name === '' ? 'nothing' : JSON.stringify(name)}${suggestion(name, Object.keys(targets), '')}; see imagepull-exporter generate --help`,
      );
    }
    const { files, folder } = target.generate({ ...context, argv });
    if (folder !== undefined) {
      await mkdir(folder, { recursive: true });
      for (const file of files) {
        const path = join(folder, file.name);
        await writeFile(path, file.content);
        await context.write(`${path}\n`);
      }
    } else if (files.length === 1) {
      await context.write(files[0]?.content ?? '');
    } else {
      throw new UsageError(
        `--output: expected a folder for ${files.length} files (${files.map((file) => file.name).join(', ')}), got nothing; or choose one with --format`,
      );
    }
    return 0;
  },
};
