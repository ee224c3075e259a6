// Grafana's published types -> the type of a dashboard as JSON has it.
import type { AnnotationQuery, Dashboard } from '@grafana/schema';

/** Enumerations by their texts. */
type Plain<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined
    ? T
    : unknown extends T
      ? T
      : T extends readonly (infer U)[]
        ? Plain<U>[]
        : { [K in keyof T]: Plain<T[K]> };

/** What the Prometheus data source has in annotations, beside what all have. */
interface OfPrometheus {
  expr: string;
  step: string;
  titleFormat: string;
  textFormat: string;
  useValueForTime: boolean;
}

export type GrafanaDashboard = Plain<Omit<Dashboard, 'annotations'>> & {
  annotations: { list: (Plain<AnnotationQuery> & OfPrometheus)[] };
};
