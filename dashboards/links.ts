// From a row or a number to the dashboard, or the runbook, that answers the next question.
import type { DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardUid } from '../rules/alert.ts';
import { uidOf, type DashboardsSettings } from './settings.ts';

/** A variable of the dashboard that the link leads to, and the field of the row that it takes. */
type Taken = Readonly<Record<string, string>>;

/** Data source, cluster and time range go along. */
export function toDashboard(
  settings: DashboardsSettings,
  uid: DashboardUid,
  title: string,
  taken: Taken,
): DashboardLink {
  const parts = [
    '${datasource:queryparam}',
    '${job:queryparam}',
    ...(settings.clusterLabel === undefined ? [] : ['${cluster:queryparam}']),
    ...Object.entries(taken).map(([variable, field]) => `var-${variable}=${fieldValue(field)}`),
    '${__url_time_range}',
  ];
  return link(title, `/d/${uidOf(settings, uid)}?${parts.join('&')}`, false);
}

/** The page of an alert, at the paragraph of the cause. */
export function toRunbook({ runbookUrl }: DashboardsSettings, title: string, field: string) {
  return link(title, `${runbookUrl}/${fieldValue(field)}.md`, true);
}

function fieldValue(field: string): string {
  return `\${__data.fields["${field}"]}`;
}

function link(title: string, url: string, targetBlank: boolean): DashboardLink {
  // What a data link is: the SDK has no type of its own for it.
  return { title, url, targetBlank } as DashboardLink;
}
