// Event of the kubelet -> the one fact that it states about an image pull.
import type { Event } from '../wire/objects.ts';
import { readQuoted } from './go-quote.ts';
import type { EventFact, EventObservation } from './observations.ts';

type ImageFact = { readonly image: string; readonly fact: EventFact };

/** Undefined for an event that is not the kubelet's, or not about an image pull. */
export function observeEvent(event: Event, listed: boolean): EventObservation | undefined {
  const { involvedObject, source } = event;
  if (involvedObject.kind !== 'Pod' || source.component !== 'kubelet') return undefined;
  if (involvedObject.uid === '' || !areNames(involvedObject, source)) return undefined;
  const combined = event.message.startsWith(combinedPrefix);
  const message = combined ? event.message.slice(combinedPrefix.length) : event.message;
  const stated = factOf(event.reason, message);
  if (stated === undefined) return undefined;
  return {
    type: 'event',
    uid: event.uid,
    podUid: involvedObject.uid,
    namespace: involvedObject.namespace,
    pod: involvedObject.name,
    node: source.host,
    container: containerName(involvedObject.fieldPath),
    ...stated,
    // A combined event counts other messages too: all that is sure is the one that it shows.
    count: combined ? 1 : Math.max(1, event.count),
    firstAt: combined ? event.lastTimestamp : event.firstTimestamp,
    lastAt: event.lastTimestamp,
    listed,
  };
}

/** Nothing else bounds what somebody writes into an event. */
const longestName = 253;

function areNames(
  { uid, namespace, name, fieldPath }: Event['involvedObject'],
  { host }: Event['source'],
): boolean {
  return [uid, namespace, name, fieldPath, host].every(({ length }) => length <= longestName);
}

const combinedPrefix = '(combined from similar events): ';

/** Texts of the kubelet, versions 1.24 to 1.36 (kubelet-semantics 1.5). */
function factOf(reason: string, message: string): ImageFact | undefined {
  switch (reason) {
    case 'Pulling':
      return about(message, 'Pulling image ', () => ({ type: 'pulling' }));
    case 'Pulled':
      return (
        about(message, 'Successfully pulled image ', pulledFact) ??
        about(message, 'Container image ', () => ({ type: 'alreadyPresent' }))
      );
    case 'Failed':
      return failedFact(message);
    case 'BackOff':
      return about(message, 'Back-off pulling image ', () => ({ type: 'backOff' }));
    case 'InspectFailed':
      return (
        about(message, 'Failed to apply default image tag ', () => inspectFailed(message)) ??
        about(message, 'Failed to inspect image ', () => inspectFailed(message))
      );
    case 'ErrImageNeverPull':
      return about(message, 'Container image ', () => ({ type: 'neverPull', message }));
    case 'FailedToRetrieveImagePullSecret':
      return { image: '', fact: { type: 'secretMissing', secrets: secretsOf(message) } };
    case 'Created':
    case 'Started':
      return { image: '', fact: { type: 'created' } };
  }
  return undefined;
}

function failedFact(message: string): ImageFact | undefined {
  // The reason is shared with errors of creating and starting a container, which come after a pull.
  if (message.startsWith('Error: ')) {
    return { image: '', fact: { type: 'syncFailed', reason: message.slice('Error: '.length) } };
  }
  return about(message, 'Failed to pull image ', (rest) => ({
    type: 'pullFailed',
    message: rest.replace(/^: /, ''),
  }));
}

function inspectFailed(message: string): EventFact {
  return { type: 'inspectFailed', message };
}

/** The fact that `prefix "IMAGE"rest` states. */
function about(
  message: string,
  prefix: string,
  fact: (rest: string) => EventFact,
): ImageFact | undefined {
  if (!message.startsWith(prefix)) return undefined;
  const image = readQuoted(message.slice(prefix.length));
  return image && { image: image.value, fact: fact(image.rest) };
}

function pulledFact(rest: string): EventFact {
  const [, duration = ''] = /^ in ([0-9.hmnsuµμ]+)/.exec(rest) ?? [];
  const [, bytes] = /Image size: (\d{1,15}) bytes/.exec(rest) ?? [];
  return {
    type: 'pulled',
    durationMs: goDurationMs(duration),
    sizeBytes: bytes === undefined ? undefined : Number(bytes),
  };
}

const unitMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ns: 1e-6,
};

/** `1m2.5s` as Go prints a time.Duration; undefined for anything else. */
function goDurationMs(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|[uµμn]?s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, value, unit = '']) => sum + Number(value) * (unitMs[unit] ?? 0), 0);
}

function secretsOf(message: string): readonly string[] {
  const [, list = ''] =
    /^Unable to retrieve some image pull secrets \(([^)]*)\)/.exec(message) ?? [];
  return list.split(', ').filter((name) => name !== '');
}

function containerName(fieldPath: string): string {
  const [, name = ''] =
    /^spec\.(?:containers|initContainers|ephemeralContainers)\{(.+)\}$/.exec(fieldPath) ?? [];
  return name;
}
