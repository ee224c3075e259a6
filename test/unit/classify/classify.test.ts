import { describe, expect, test } from 'vitest';
import { classify, createClassifier, explain } from '../../../src/classify/classify.ts';
import { compileUserRules } from '../../../src/classify/user-rules.ts';

const notFound =
  'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": registry.example.com/team/app:1: not found';

describe('the answer', () => {
  test('names cause, rule, the words that decided, stage, status and endpoint', () => {
    const message =
      'Failed to pull image "registry.example.com/team/app:1": failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": unexpected status from HEAD request to https://Mirror.example.com:5000/v2/team/app/manifests/1?ns=registry.example.com: 403 Forbidden';
    expect(classify({ message })).toEqual({
      cause: 'forbidden',
      rule: 'status-403',
      evidence: '403 Forbidden',
      stage: 'resolve',
      httpStatus: 403,
      endpoint: 'mirror.example.com:5000',
    });
  });

  test('the endpoint is that of the innermost request', () => {
    const message =
      'Error response from daemon: Get https://registry-1.docker.io/v2/: Get https://auth.docker.io/token?account=a: dial tcp: lookup auth.docker.io: no such host';
    expect(classify({ message })).toMatchObject({
      cause: 'dns_failure',
      endpoint: 'auth.docker.io',
    });
  });

  test('where no URL is shown the endpoint is the address, or the host that the runtime names', () => {
    const endpoint = (message: string) => classify({ message })?.endpoint;
    expect(endpoint('dial tcp 192.0.2.1:443: connect: connection refused')).toBe('192.0.2.1:443');
    expect(
      endpoint(
        'pinging container registry r.example.com:5000: received unexpected HTTP status: 503',
      ),
    ).toBe('r.example.com:5000');
    expect(endpoint('manifest unknown')).toBe('');
  });

  test('evidence is one line of at most 200 characters', () => {
    const message = `Error response from daemon: denied: ${'a very long\nexplanation '.repeat(40)}`;
    const evidence = classify({ message })?.evidence ?? '';
    expect(evidence).toHaveLength(200);
    expect(evidence).toMatch(/^denied: a very long explanation .*…$/);
  });

  test('evidence holds no credential', () => {
    const message =
      'Head "https://user:hunter2@r.example.com/v2/?X-Amz-Signature=abc123&ns=docker.io": denied: token=s3cr3t Authorization: Bearer abcdef0123456789';
    const verdict = classify({ message });
    expect(verdict?.cause).toBe('forbidden');
    expect(verdict?.evidence).toBe('denied: token=*** Authorization: Bearer');
    expect(explain({ message }).text).not.toMatch(/hunter2|abc123|s3cr3t|abcdef/);
  });
});

describe('texts without a cause', () => {
  test.each([
    '',
    '   ',
    'Error: ErrImagePull',
    'Error: ImagePullBackOff',
    'Back-off pulling image "registry.example.com/team/app:1"',
    'Back-off pulling image "registry.example.com/team/app:1": ErrImagePull: ',
    'rpc error: code = Unknown desc = failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve refer',
    'imageRef of image "registry.example.com/team/app:1" is not set',
    'internal error: pullImage failed but reported no error reason',
    'back-off 5m0s restarting failed container=app pod=app_default(1)',
    'configmap "settings" not found',
  ])('%j names none, so that an episode keeps the cause it has', (message) => {
    expect(classify({ message })).toBeUndefined();
  });

  test('a cause that no rule knows is unknown', () => {
    expect(classify({ message: 'the dog ate the layer' })).toMatchObject({
      cause: 'unknown',
      rule: '',
      evidence: '',
    });
  });
});

describe('the reason', () => {
  test('decides where the text does not', () => {
    expect(classify({ message: '', reason: 'ErrImageNeverPull' })?.cause).toBe('never_pull');
    expect(classify({ message: '', reason: 'FailedToRetrieveImagePullSecret' })?.cause).toBe(
      'pull_secret_missing',
    );
  });

  test('loses against a text that knows better', () => {
    const message = 'dial tcp 192.0.2.1:443: connect: connection refused';
    expect(classify({ message, reason: 'RegistryUnavailable' })?.cause).toBe('connection_refused');
  });

  test('can be the whole error, with no message', () => {
    expect(classify({ message: '', reason: 'illegal base64 data at input byte 4' })?.cause).toBe(
      'pull_secret_invalid',
    );
  });

  test('of a pull says nothing by itself', () => {
    expect(classify({ message: '', reason: 'ErrImagePull' })).toBeUndefined();
  });
});

describe('several attempts in one text', () => {
  const unauthorized =
    'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/token: 401 Unauthorized';

  test('the one that came furthest decides, whatever the order', () => {
    for (const parts of [
      [unauthorized, `rpc error: code = NotFound desc = ${notFound}`],
      [
        `rpc error: code = NotFound desc = ${notFound}`,
        `rpc error: code = Unknown desc = ${unauthorized}`,
      ],
    ]) {
      const message = `Failed to pull image "registry.example.com/team/app:1": [rpc error: code = Unknown desc = ${parts.join(', ')}]`;
      expect(classify({ message })?.cause).toBe('image_not_found');
    }
  });

  test('of equals the first', () => {
    const message =
      '[rpc error: code = Unknown desc = dial tcp 192.0.2.1:443: i/o timeout, rpc error: code = Unknown desc = dial tcp 192.0.2.1:443: connect: connection refused]';
    expect(classify({ message })?.cause).toBe('connection_timeout');
  });

  test('the artifact half and the mirrors of CRI-O are not the pull', () => {
    const message =
      'unable to pull image or OCI artifact: pull image err: initializing source docker://r.example.com/a:1: (Mirrors also failed: [m.example.com/a:1: reading manifest 1 in m.example.com/a: unauthorized: authentication required]): r.example.com/a:1: reading manifest 1 in r.example.com/a: manifest unknown; artifact err: provided artifact is a container image';
    expect(classify({ message })?.cause).toBe('manifest_not_found');
  });

  test('what failed on reconnecting is the second fault', () => {
    const message =
      'writing blob: storing blob to file "/var/tmp/x": happened during read: unexpected EOF (after reconnecting, fetching blob: StatusCode: 403, "<?xml version...")';
    expect(classify({ message })?.cause).toBe('connection_reset');
  });
});

test('an error that a cache relays in its answer is looked into', () => {
  const message =
    'Error response from daemon: unknown: unable to pull manifest from docker.io/library/app:1: Get https://registry-1.docker.io/v2/: x509: certificate has expired or is not yet valid';
  expect(classify({ message })?.cause).toBe('tls_untrusted');
  expect(explain({ message }).attempts[0]?.relayed).toBe(true);
});

test('GHCR denies what does not exist with the same word as what is private', () => {
  const message = 'Error response from daemon: denied: denied';
  expect(classify({ message, image: 'ghcr.io/team/app:1' })?.cause).toBe(
    'access_denied_or_missing',
  );
  expect(classify({ message, image: 'registry.example.com/team/app:1' })?.cause).toBe('forbidden');
});

describe("rules of one's own", () => {
  const userRules = compileUserRules([
    {
      fields: {
        id: 'gateway',
        cause: 'blocked_by_policy',
        expression: 'ticket [0-9]+',
        examples: ['not found (ticket 1)'],
      },
      lineOf: () => 1,
    },
  ]);
  const own = createClassifier({ userRules });

  test('come before the built-in ones', () => {
    expect(own({ message: `${notFound} (ticket 42)` })).toMatchObject({
      cause: 'blocked_by_policy',
      rule: 'gateway',
      evidence: 'ticket 42',
    });
  });

  test('leave other texts alone', () => {
    expect(own({ message: notFound })).toEqual(classify({ message: notFound }));
  });
});

test('an explanation shows how the text was taken apart, and all rules that match', () => {
  const message = `Failed to pull image "registry.example.com/team/app:1": ${notFound}`;
  const { attempts, image, verdict } = explain({ message });
  expect(image).toBe('registry.example.com/team/app:1');
  expect(attempts[0]?.parsed.frames.map(({ means }) => means)).toEqual([
    'event',
    'pull',
    'resolve',
  ]);
  expect(attempts[0]?.matches.map(({ rule }) => rule)).toEqual(['not-found', 'not-found-end']);
  expect(verdict?.rule).toBe('not-found');
});
