// What `kubectl get pods,events -o json` prints, one object or a list of any size -> its pods and events.
import { UsageError } from '../config/option.ts';
import { projectEvent, projectPod } from '../wire/json.ts';
import { JsonListScanner } from '../wire/json-list-scanner.ts';
import { parseJson } from '../wire/json-view.ts';
import type { Event, Pod } from '../wire/objects.ts';
import { decodeUtf8 } from '../wire/text.ts';
import { WireError } from '../wire/wire-error.ts';

export interface KubectlObjects {
  readonly pods: readonly Pod[];
  readonly events: readonly Event[];
}

/**
 * Objects of other kinds are passed over, item by item: a list of a large cluster is longer than the
 * longest string. `source` is only for messages. Throws UsageError where it is not kubectl's JSON.
 */
export async function readKubectlObjects(
  input: AsyncIterable<Uint8Array>,
  source: string,
): Promise<KubectlObjects> {
  const pods: Pod[] = [];
  const events: Event[] = [];
  let items = 0;
  const alone: Record<string, unknown> = {};
  const take = (object: unknown): void => {
    const kind =
      typeof object === 'object' && object !== null && 'kind' in object ? object.kind : '';
    const pod = kind === 'Pod' ? projectPod(object) : undefined;
    const event = kind === 'Event' ? projectEvent(object) : undefined;
    if (pod !== undefined) pods.push(pod);
    if (event !== undefined) events.push(event);
  };
  const scanner = new JsonListScanner({
    item: (bytes, start, end) => {
      items += 1;
      take(parseJson(decodeUtf8(bytes, start, end)));
    },
    value: (key, bytes, start, end) => {
      alone[String(key)] = parseJson(decodeUtf8(bytes, start, end));
    },
  });
  try {
    for await (const chunk of input) scanner.push(chunk);
    scanner.end();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new UsageError(
      `${source}: expected the output of kubectl get pods,events -A -o json, got something else: ${error.message}`,
      { cause: error },
    );
  }
  take(alone);
  if (pods.length === 0 && alone['kind'] !== 'List' && alone['kind'] !== 'PodList') {
    throw new UsageError(
      `${source}: expected pods, got ${items === 0 ? `a ${String(alone['kind'])}` : `${items} objects without one`}; use kubectl get pods,events -A -o json`,
    );
  }
  return { pods, events };
}
