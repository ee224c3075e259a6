// The pack -> files as Prometheus, its operator, Alertmanager and Jsonnet take them.
import { alertmanagerFiles, inhibitRules } from './alertmanager.ts';
import type { GeneratedFile } from './generated-file.ts';
import { mixin } from './mixin.ts';
import { ruleFile, sorted, type RuleFile } from './rule-file.ts';
import { configuredPack } from './configured-pack.ts';
import {
  defaultRulesSettings,
  ruleFormats,
  type RuleFormat,
  type RulesSettings,
} from './rules-settings.ts';
import { generatedHeader, toYaml, toYamlLines } from './yaml.ts';

/** Throws UsageError, naming the alert where there is one, for settings that cannot be. */
export function generateRules(
  own: Partial<RulesSettings> = {},
  formats: readonly RuleFormat[] = ruleFormats,
): { readonly files: readonly GeneratedFile[] } {
  const settings = { ...defaultRulesSettings, ...own };
  const groups = configuredPack(settings);
  const file = ruleFile(groups, settings);
  const writers = {
    rules: () => [{ name: 'prometheus-rules.yaml', content: toYaml(file, generatedHeader) }],
    prometheusrule: () => [
      {
        name: 'prometheusrule.yaml',
        content: toYaml(prometheusRule(file, settings), generatedHeader),
      },
    ],
    alertmanager: () => alertmanagerFiles(groups, settings),
    mixin: () => [{ name: 'mixin.libsonnet', content: mixin(file, settings) }],
  } satisfies Record<RuleFormat, () => readonly GeneratedFile[]>;
  return { files: formats.flatMap((format) => writers[format]()) };
}

/** For those who take the committed files as they are: what `--mute-upstream` adds. */
export function upstreamRules(): GeneratedFile {
  const settings = { ...defaultRulesSettings, muteUpstream: true };
  const groups = configuredPack(settings).filter((group) => group.name === 'imagepull.upstream');
  return {
    name: 'mute-upstream.yaml',
    content: toYaml(ruleFile(groups, settings), [
      ...generatedHeader,
      '',
      "Opt-in, since it mutes other people's alerts. Load this file as well, and add to Alertmanager:",
      '',
      'inhibit_rules:',
      ...inhibitRules(groups, settings).flatMap((rule) => toYamlLines([rule])),
    ]),
  };
}

/** Without a namespace: `kubectl apply --namespace` gives it one. */
function prometheusRule(file: RuleFile, { objectLabels }: RulesSettings): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name: 'imagepull-exporter',
      labels: {
        'app.kubernetes.io/component': 'monitoring',
        'app.kubernetes.io/name': 'imagepull-exporter',
        ...sorted(objectLabels),
      },
    },
    spec: file,
  };
}
