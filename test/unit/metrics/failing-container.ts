// Builders of what the tracker tells, with defaults: a test says only what it is about.
import type { Verdict } from '../../../src/classify/verdict.ts';
import type { Change, FailingContainer, SlowPull } from '../../../src/track/states.ts';

export function aVerdict(given: Partial<Verdict> = {}): Verdict {
  return {
    cause: 'manifest_not_found',
    rule: 'containerd-not-found',
    evidence: 'not found',
    stage: 'resolve',
    httpStatus: undefined,
    endpoint: '',
    ...given,
  };
}

/** A container `app` of Deployment `shop/web` whose tag does not exist, at its second attempt. */
export function aFailingContainer(
  given: Partial<Omit<FailingContainer, 'verdict'>> & { readonly verdict?: Partial<Verdict> } = {},
): FailingContainer {
  return {
    namespace: 'shop',
    pod: 'web-7d9f8b6c5d-x2x9z',
    uid: '0f5d9f0e-6a0f-4c70-9d9e-0d6c4f1f2a01',
    container: 'app',
    containerType: 'container',
    node: 'node-1',
    workload: { kind: 'Deployment', name: 'web' },
    image: 'registry.example.com/shop/web:v2',
    registry: 'registry.example.com',
    message: 'registry.example.com/shop/web:v2: not found',
    step: 2,
    attempts: 2,
    exact: true,
    firstFailureAt: 1_763_735_000_000,
    lastAttemptAt: 1_763_735_013_500,
    nextRetryAt: 1_763_735_033_500,
    ...given,
    verdict: aVerdict(given.verdict),
  };
}

export function aSlowPull(given: Partial<SlowPull> = {}): SlowPull {
  return {
    namespace: 'shop',
    pod: 'search-0',
    uid: '7b1c9b5e-8f1d-4a56-8a43-0c4ad1f0f7f2',
    container: 'app',
    node: 'node-2',
    workload: { kind: 'StatefulSet', name: 'search' },
    image: 'registry.example.com/shop/search:v1',
    registry: 'registry.example.com',
    since: 1_763_735_000_000,
    ...given,
  };
}

/** The changes of one failed try: counted, and the state after it. */
export function failed(after: FailingContainer, before?: FailingContainer): readonly Change[] {
  return [
    { type: 'attemptFailed', container: after, verdict: after.verdict },
    { type: 'stateChanged', before, after },
  ];
}
