// The committed files that come from dashboards/: what is generated with the defaults.
import { generateDashboards } from './dashboards.ts';
import type { WrittenFile } from './written-files.ts';

export function committedDashboardFiles(): readonly WrittenFile[] {
  return generateDashboards().files.map(({ name, content }) => ({
    path: `dashboards/generated/${name}`,
    content: () => content,
  }));
}
