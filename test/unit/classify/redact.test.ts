import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { redact } from '../../../src/classify/redact.ts';

describe('redact masks', () => {
  test.each([
    [
      'user and password in a URL',
      'https://bob:pass@r.example.com/v2/',
      'https://***@r.example.com/v2/',
    ],
    [
      'signatures of download links',
      'Get "https://s3.example.com/x?X-Amz-Signature=abc&X-Amz-Expires=600": EOF',
      'Get "https://s3.example.com/x?X-Amz-Signature=***&X-Amz-Expires=***": EOF',
    ],
    [
      'parameters in URLs without quotes, and not the error behind them',
      'Get https://r.example.com/token?account=bob: 401 Unauthorized',
      'Get https://r.example.com/token?account=***: 401 Unauthorized',
    ],
    ['bearer tokens', 'Authorization: Bearer abcdef012345', 'Authorization: Bearer ***'],
    ['basic credentials', 'sent Basic dXNlcjpwYXNzd29yZA==', 'sent Basic ***'],
    [
      'passwords by name',
      'login failed: password=hunter2, user=bob',
      'login failed: password=***, user=bob',
    ],
    [
      'JSON of credential helpers',
      '{"Username":"bob","Secret":"hunter2"}',
      '{"Username":"bob","Secret":"***"}',
    ],
    [
      'auths of pull secrets',
      '{"auths":{"r":{"auth":"Ym9iOnB3"}}}',
      '{"auths":{"r":{"auth":"***"}}}',
    ],
    [
      'JSON web tokens',
      'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123 refused',
      'token *** refused',
    ],
    [
      'tokens that say what they are',
      'ghp_0123456789abcdefABCDEF0123456789abcd refused',
      '*** refused',
    ],
    ['long words made by chance', 'sent aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3', 'sent ***'],
  ])('%s', (_name, text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});

describe('redact keeps', () => {
  test.each([
    'failed to fetch oauth token: unexpected status from GET request to https://r.example.com/token?scope=repository%3Aa%3Apull&service=r.example.com: 401 Unauthorized',
    'authorization failed: no basic auth credentials',
    'invalid username/password: unauthorized: authentication required',
    'Requesting bearer token: invalid status code from registry 403 (Forbidden)',
    'unexpected commit digest sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'Head "https://mirror.example.com/v2/library/app/manifests/1?ns=docker.io": EOF',
    'write /var/lib/containerd/tmpmounts/containerd-mount1508731625: no space left on device',
    'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

const piece = fc.oneof(
  fc.constantFrom(
    'token=',
    'password: ',
    '"secret":"',
    'Bearer ',
    'Basic ',
    '://',
    '?',
    '&',
    '@',
    ' ',
    '"',
  ),
  fc.constantFrom('***', 'ns=', 'eyJhbGciOi', 'ghp_0123456789abcdef', 'dXNlcjpwYXNzd29yZA=='),
  fc.string({ unit: 'binary', maxLength: 10 }),
);

test('what is redacted stays as it is when redacted again', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const once = redact(pieces.join(''));
      expect(redact(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});
