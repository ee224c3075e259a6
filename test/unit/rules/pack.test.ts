import { describe, expect, test } from 'vitest';
import { causes } from '../../../src/classify/causes.ts';
import { defaultSettings, definePack } from '../../../rules/pack.ts';
import { nameRecords } from '../../../rules/records.ts';
import { outageCauses } from '../../../rules/recording.ts';
import { sharedAccountCauses } from '../../../rules/registry.ts';
import { thresholds } from '../../../rules/thresholds.ts';
import { windowsFor } from '../../../rules/windows.ts';

test('there are 19 alerts in four groups, and 4 inhibitors', () => {
  const sizes = Object.fromEntries(
    definePack(defaultSettings).map(({ name, rules }) => [name, rules.length]),
  );
  expect(sizes).toEqual({
    'imagepull.rules': 8,
    'imagepull.workload': 6,
    'imagepull.registry': 5,
    'imagepull.node': 2,
    'imagepull.exporter': 6,
    'imagepull.inhibitors': 3,
    'imagepull.upstream': 1,
  });
});

test('every threshold belongs to an alert, whose expression changes with it', () => {
  const exprOf = (own: object, alert: string): string | undefined =>
    definePack({ ...defaultSettings, thresholds: own })
      .flatMap((group) => group.rules)
      .find((rule) => 'alert' in rule && rule.alert === alert)?.expr;
  const without = Object.entries(thresholds).filter(
    ([name, { alert, value }]) => exprOf({ [name]: value + 7 }, alert) === exprOf({}, alert),
  );
  expect(without).toEqual([]);
});

test('outages are what the catalogue says, and nothing that one image or one account can cause', () => {
  expect(outageCauses).toEqual([
    'registry_error',
    'registry_unavailable',
    'dns_failure',
    'connection_refused',
    'connection_timeout',
    'connection_reset',
    'network_unreachable',
    'tls_untrusted',
    'tls_protocol',
    'proxy_error',
  ]);
  expect(sharedAccountCauses.map((cause) => causes[cause].class)).toEqual(
    sharedAccountCauses.map(() => 'credentials'),
  );
});

describe('ranges', () => {
  test('bridge a lost scrape, however often is scraped', () => {
    expect(windowsFor(15, 1).bridge).toBe(120);
    expect(windowsFor(30, 1).bridge).toBe(120);
    expect(windowsFor(60, 1).bridge).toBe(240);
  });
  test('have four scrapes in them, and names say how long they are', () => {
    expect(windowsFor(60, 1).short).toBe(300);
    expect(windowsFor(120, 1).short).toBe(480);
    expect(nameRecords(windowsFor(120, 1)).attempts.name).toBe(
      'registry:imagepull_attempts:rate8m',
    );
    expect(nameRecords(windowsFor(30, 1)).outageRatioLong.name).toBe(
      'registry:imagepull_outage_attempts_per_attempts:ratio_rate1h',
    );
  });
});
