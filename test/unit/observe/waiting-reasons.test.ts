import { describe, expect, test } from 'vitest';
import { mayConcernPull, waitingProof } from '../../../src/observe/waiting-reasons.ts';

describe('what a waiting reason proves', () => {
  test.each([
    ['ErrImagePull', 'attempt'],
    ['RegistryUnavailable', 'attempt'],
    ['SignatureValidationFailed', 'attempt'],
    ['ImagePullBackOff', 'backOff'],
    ['ErrImageNeverPull', 'noPull'],
    ['InvalidImageName', 'noPull'],
    ['ImageInspectError', 'noPull'],
    ['CreateContainerError', 'pulled'],
    ['CreateContainerConfigError', 'pulled'],
    ['RunContainerError', 'pulled'],
    ['ContainerCreating', 'creating'],
    ['PodInitializing', 'creating'],
    ['', 'creating'],
    ['CrashLoopBackOff', 'other'],
    ['ProviderFailed', 'other'],
    ['constructor', 'other'],
  ])('%s: %s', (reason, proof) => {
    expect(waitingProof(reason, 'some message')).toBe(proof);
  });
});

test('an error of the credential lookup is its own reason', () => {
  const text = 'unable to parse auth field, must be formatted as base64(username:password)';
  expect(waitingProof(text, text)).toBe('noPull');
});

test('the reason may repeat only the begin of the message, in another case', () => {
  const reason = 'failed to record image pull intent: no space left on device';
  const message = 'Failed to record image pull intent for container image "nginx:1": no space left';
  expect(waitingProof(reason, message)).toBe('noPull');
});

test("somebody else's sentence proves nothing", () => {
  expect(waitingProof('waiting for the scheduler', 'node pool is full')).toBe('other');
});

describe('a pod is shown to the tracker unless it surely has no pull that fails', () => {
  test.each([
    ['ErrImagePull', true],
    ['ContainerCreating', true],
    ['any free text', true],
    ['CrashLoopBackOff', false],
    ['CreateContainerConfigError', false],
  ])('%s: %s', (reason, may) => {
    expect(mayConcernPull(reason)).toBe(may);
  });
});
