// The alert that everybody has, KubeContainerWaiting of kubernetes-mixin, beside ours: over what
// kube-state-metrics and the exporter show of real failing pulls for three hours.
import { failing, healthy, stateMetric } from './exposed.ts';
import type { PackCase } from './pack-cases.ts';
import { recordedWaits, type RecordedWait } from './recorded-waits.ts';
import { during, minute, type Series } from './series.ts';

/** As it is upstream since November 2024: the reason of the moment tells its alerts apart. */
export const kubeContainerWaiting = {
  groups: [
    {
      name: 'kubernetes-apps',
      rules: [
        {
          alert: 'KubeContainerWaiting',
          expr: 'kube_pod_container_status_waiting_reason{reason!="CrashLoopBackOff", job="kube-state-metrics"} > 0',
          for: '1h',
          labels: { severity: 'warning' },
        },
      ],
    },
  ],
};

const end = minute(180);

/** One series a reason, of which the scrape sees the one of the moment. */
function waiting(recorded: RecordedWait): readonly Series[] {
  const { pod, cause } = recorded;
  const all = continued(recorded);
  const first = all[0] ?? 0;
  const labels = { namespace: 'lab', pod, uid: `uid-of-${pod}`, container: 'app' };
  return [
    ...(['ErrImagePull', 'ImagePullBackOff'] as const).map((reason, turn) =>
      stateMetric('kube_pod_container_status_waiting_reason', { ...labels, reason }, (second) => {
        const passed = all.filter((change) => change <= second).length;
        return passed > 0 && (passed - 1) % 2 === turn ? 1 : undefined;
      }),
    ),
    ...failing({ cause, namespace: 'lab', workload: pod, pod }, during(first, end + 1), first),
  ];
}

interface Round {
  /** From one ErrImagePull to the next. */
  readonly period: number;
  readonly errImagePull: number;
}

/** All recorded rounds at the longest back-off, of all pods. */
const rounds: readonly Round[] = recordedWaits.flatMap(({ changes }) =>
  changes.flatMap((change, i): readonly Round[] => {
    const [backOff = 0, next = 0] = changes.slice(i + 1);
    const period = next - change;
    return i % 2 === 0 && period > 250 ? [{ period, errImagePull: backOff - change }] : [];
  }),
);

/** A recording of 26 minutes goes on with such rounds, for each pod from another one on. */
function continued({ pod, changes }: RecordedWait): readonly number[] {
  const all = changes.slice(0, changes.length - (changes.length % 2));
  const start = recordedWaits.findIndex((wait) => wait.pod === pod);
  let [begin = 0, backOff = 0] = all.slice(-2);
  for (let i = start; begin < end; i++) {
    const { period, errImagePull } = rounds[i % rounds.length] as Round;
    begin += period;
    backOff = begin + errImagePull;
    all.push(begin, backOff);
  }
  return all;
}

const pods = recordedWaits.length;
const firing = (alert: string): string => `ALERTS{alertname="${alert}", alertstate="firing"}`;
// The last of the pods began to fail so late.
const last = Math.max(...recordedWaits.map(({ changes }) => changes[0] ?? 0));
const by16Minutes = Math.floor((last + minute(16)) / 30) * 30;
const evaluations = (end - by16Minutes) / 30;

export const comparison: readonly PackCase[] = [
  {
    name: `${pods} pulls that fail for three hours: KubeContainerWaiting never fires, ImagePullFailing does within 16 minutes and stays`,
    series: [...healthy(), ...recordedWaits.flatMap(waiting)],
    samples: [
      { expr: `count_over_time(${firing('KubeContainerWaiting')}[3h])`, at: end, expected: [] },
      {
        expr: `count(${firing('ImagePullFailing')})`,
        at: by16Minutes,
        expected: [{ labels: '{}', value: pods }],
      },
      {
        expr: `count(count_over_time(${firing('ImagePullFailing')}[${end - by16Minutes}s]) >= ${evaluations})`,
        at: end,
        expected: [{ labels: '{}', value: pods }],
      },
    ],
  },
];
