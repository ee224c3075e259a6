import { expect, test } from 'vitest';
import { readBackOffText } from '../../../src/observe/back-off-text.ts';

test('since Kubernetes 1.32 the text of the back-off holds the last failure, over several lines', () => {
  const text = 'Back-off pulling image "nginx:1": ErrImagePull: 403 Forbidden\ndenied: no: never';
  expect(readBackOffText(text)).toEqual({
    image: 'nginx:1',
    reason: 'ErrImagePull',
    message: '403 Forbidden\ndenied: no: never',
  });
});

test('before, it only names the image', () => {
  expect(readBackOffText('Back-off pulling image "nginx:1"')).toEqual({
    image: 'nginx:1',
    reason: '',
    message: '',
  });
});

test('another text is none', () => {
  expect(readBackOffText('back-off 5m0s restarting failed container')).toBeUndefined();
  expect(readBackOffText('Back-off pulling image "nginx')).toBeUndefined();
});
