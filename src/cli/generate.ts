// `imagepull-exporter generate WHAT`: rules, dashboards or manifests with the user's own values, on
// standard output or as files.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCommandLine, suggestion } from '../config/command-line.ts';
import type { CommandDescription, Term } from '../config/help.ts';
import { type Options, text, UsageError } from '../config/option.ts';
import type { GeneratedFile } from '../generate/generated-file.ts';
import { generateDashboards } from '../generate/dashboards.ts';
import { dashboardsOptions, dashboardsSettings } from '../generate/dashboards-options.ts';
import { generateManifests } from '../generate/manifests.ts';
import { manifestsOptions, manifestsSettings } from '../generate/manifests-options.ts';
import { generateRules } from '../generate/rules.ts';
import { rulesOptions, settingsFromOptions } from '../generate/rules-options.ts';
import { alertTerms, thresholdTerms } from '../generate/rules-terms.ts';
import type { Command, CommandContext } from './command.ts';

const outputOption = {
  output: text({
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
  readonly terms?: () => Readonly<Record<string, readonly Term[]>>;
  readonly generate: (context: CommandContext) => {
    readonly files: readonly GeneratedFile[];
    /** A folder; undefined for standard output. */
    readonly output: string | undefined;
  };
}

const targets: Readonly<Record<string, Target>> = {
  rules: {
    summary: 'Write the recording rules, alerts and Alertmanager snippets with your own values.',
    options: { ...outputOption, ...rulesOptions },
    examples: [
      'imagepull-exporter generate rules --format prometheusrule | kubectl apply -n monitoring -f -',
      'imagepull-exporter generate rules -o rules/ --disable ImagePullForgotten',
      'imagepull-exporter generate rules --format rules --severity ImagePullFailing=info',
    ],
    terms: () => ({
      'Alerts, with severity and duration': alertTerms(),
      'Thresholds, with their values': thresholdTerms(),
    }),
    generate: ({ argv, environment }) => {
      const options = { ...outputOption, ...rulesOptions };
      const { output, ...values } = readCommandLine(
        'generate rules',
        options,
        argv,
        environment,
      ).values;
      return { output, ...generateRules(settingsFromOptions(values), values.formats) };
    },
  },
  dashboards: {
    summary:
      'Write the Grafana dashboards with your own values: as JSON, ConfigMaps or GrafanaDashboards.',
    options: { ...outputOption, ...dashboardsOptions },
    examples: [
      'imagepull-exporter generate dashboards -o dashboards/ --format json',
      'imagepull-exporter generate dashboards --format configmap --grafana-folder Platform -o deploy/',
    ],
    terms: () => ({ 'Thresholds, with their values': thresholdTerms() }),
    generate: ({ argv, environment }) => {
      const options = { ...outputOption, ...dashboardsOptions };
      const { output, ...values } = readCommandLine(
        'generate dashboards',
        options,
        argv,
        environment,
      ).values;
      return { output, ...generateDashboards(dashboardsSettings(values), values.formats) };
    },
  },
  manifests: {
    summary:
      'Write the Kubernetes objects that run the exporter: access, Deployment, Service, ServiceMonitor.',
    options: { ...outputOption, ...manifestsOptions },
    examples: [
      'imagepull-exporter generate manifests -n monitoring | kubectl apply -f -',
      'imagepull-exporter generate manifests --shards 3 --monitor-label release=kube-prometheus-stack',
    ],
    generate: ({ argv, environment }) => {
      const options = { ...outputOption, ...manifestsOptions };
      const { output, ...values } = readCommandLine(
        'generate manifests',
        options,
        argv,
        environment,
      ).values;
      return { output, files: [generateManifests(manifestsSettings(values))] };
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
    const { files, output } = target.generate({ ...context, argv });
    if (output !== undefined) {
      await mkdir(output, { recursive: true });
      for (const file of files) {
        const path = join(output, file.name);
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
