// Test cases -> files for `promtool test rules`.
import { inputSeries, type Series } from '../../rules/tests/series.ts';
import { formatDuration } from '../promql/duration.ts';
import { toYaml } from './yaml.ts';

export const testHeader = 'Generated from rules/tests/*.ts by `npm run generate`: do not edit.';

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface PromtoolTest {
  readonly name: string;
  readonly series: readonly Series[];
  /** Seconds; the series are written until the last of them. */
  readonly alerts: readonly {
    readonly at: number;
    readonly alert: string;
    readonly firing: readonly FiringAlert[];
  }[];
  readonly samples?: readonly {
    readonly at: number;
    readonly expr: string;
    readonly expected: readonly { readonly labels: string; readonly value: number }[];
  }[];
}

export interface PromtoolFile {
  readonly ruleFiles: readonly string[];
  /** Groups whose alerts need the records of others come after them. */
  readonly groupOrder: readonly string[];
  readonly scrapeSeconds: number;
  readonly evaluationSeconds: number;
  readonly tests: readonly PromtoolTest[];
}

export function promtoolTestFile(file: PromtoolFile): string {
  const { scrapeSeconds } = file;
  const content = {
    rule_files: file.ruleFiles,
    evaluation_interval: formatDuration(file.evaluationSeconds),
    group_eval_order: file.groupOrder,
    tests: file.tests.map(({ name, series, alerts, samples = [] }) => {
      const end = Math.max(...[...alerts, ...samples].map((check) => check.at));
      return {
        name,
        interval: formatDuration(scrapeSeconds),
        input_series: series.map((one) => inputSeries(one, end, scrapeSeconds)),
        ...(alerts.length === 0
          ? {}
          : {
              alert_rule_test: alerts.map(({ at, alert, firing }) => ({
                eval_time: formatDuration(at),
                alertname: alert,
                exp_alerts: firing.map(({ labels, annotations }) => ({
                  exp_labels: labels,
                  exp_annotations: annotations,
                })),
              })),
            }),
        ...(samples.length === 0
          ? {}
          : {
              promql_expr_test: samples.map(({ at, expr, expected }) => ({
                expr,
                eval_time: formatDuration(at),
                exp_samples: expected,
              })),
            }),
      };
    }),
  };
  return toYaml(content, [testHeader]);
}
