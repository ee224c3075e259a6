import { describe, expect, test } from 'vitest';
import { runClassify } from '../../../src/cli/classify.ts';

async function* chunks(parts: readonly (string | Uint8Array)[]) {
  yield* parts;
}

async function answersTo(
  parts: readonly (string | Uint8Array)[],
  explain = false,
): Promise<string> {
  let written = '';
  const code = await runClassify(
    {
      input: chunks(parts),
      write: (text) => {
        written += text;
      },
    },
    { explain },
  );
  expect(code).toBe(0);
  return written;
}

async function causesOf(...parts: readonly (string | Uint8Array)[]): Promise<readonly unknown[]> {
  const written = await answersTo(parts);
  return written
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { cause: string }).cause);
}

describe('a line of text', () => {
  test('gets one JSON line with all fields', async () => {
    const line =
      'Failed to pull image "r.example.com:5000/a:1": failed to resolve reference "r.example.com:5000/a:1": unexpected status from HEAD request to https://r.example.com:5000/v2/a/manifests/1: 403 Forbidden\n';
    expect(JSON.parse(await answersTo([line]))).toEqual({
      cause: 'forbidden',
      class: 'credentials',
      rule: 'status-403',
      evidence: '403 Forbidden',
      stage: 'resolve',
      http_status: 403,
      endpoint: 'r.example.com:5000',
      registry: 'r.example.com:5000',
    });
  });

  test('without a cause is unknown', async () => {
    expect(JSON.parse(await answersTo(['Error: ErrImagePull\n']))).toEqual({
      cause: 'unknown',
      class: 'unknown',
      rule: '',
      evidence: '',
      stage: null,
      http_status: null,
      endpoint: '',
      registry: '',
    });
  });

  test('may be empty, and may end the input without a line feed', async () => {
    expect(await causesOf('manifest unknown\n\ntoomanyrequests: slow down')).toEqual([
      'manifest_not_found',
      'unknown',
      'rate_limited',
    ]);
  });

  test('may come in any chunks, cut inside a character', async () => {
    const bytes = new TextEncoder().encode('“manifest unknown”\r\ndial tcp: i/o timeout\n');
    const single = [...bytes].map((byte) => new Uint8Array([byte]));
    expect(await causesOf(...single)).toEqual(['manifest_not_found', 'connection_timeout']);
  });
});

describe('a JSON line', () => {
  test('may give reason and image', async () => {
    const input = { message: '', reason: 'ErrImageNeverPull', image: 'ghcr.io/team/app:1' };
    expect(JSON.parse(await answersTo([JSON.stringify(input)]))).toMatchObject({
      cause: 'never_pull',
      registry: 'ghcr.io',
    });
  });

  test.each([
    ['{"message":', /^not a JSON object: /],
    ['{"reason":"Failed"}', /^expected "message", a text$/],
    ['{"message":"x","reason":1}', /^expected "reason" to be a text$/],
    ['{"message":"x","image":["a"]}', /^expected "image" to be a text$/],
  ])('that is bad has an error in its own answer, and the next goes on: %s', async (bad, error) => {
    const [first = '', second = ''] = (await answersTo([`${bad}\nmanifest unknown\n`])).split('\n');
    expect(JSON.parse(first)).toMatchObject({
      cause: 'unknown',
      error: expect.stringMatching(error),
    });
    expect(JSON.parse(second)).toMatchObject({ cause: 'manifest_not_found' });
  });

  test('may hold null where nothing is known, and fields of others', async () => {
    const line = '{"message":"manifest unknown","reason":null,"image":null,"count":3}\n';
    expect(await causesOf(line)).toEqual(['manifest_not_found']);
  });
});

test('nothing is read on once the reader of the answers has gone', async () => {
  const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  let read = 0;
  async function* endless() {
    while (read < 1000) {
      read++;
      yield 'manifest unknown\n';
    }
  }
  const io = {
    input: endless(),
    write: async () => {
      throw gone;
    },
  };
  await expect(runClassify(io, { explain: false })).rejects.toBe(gone);
  expect(read).toBe(1);
});

test('--explain prints how a text was taken apart, which rules matched and which won', async () => {
  const line =
    'Failed to pull image "a:1": rpc error: code = NotFound desc = failed to resolve reference "docker.io/library/a:1": docker.io/library/a:1: not found\n';
  expect(await answersTo([line, 'Error: ErrImagePull\n', '{"a"\n'], true)).toBe(`\
  text      Failed to pull image "a:1": rpc error: code = NotFound desc = failed to resolve reference "docker.io/library/a:1": docker.io/library/a:1: not found
  wrappers  event: Failed to pull image "a:1":
            rpc: rpc error: code = NotFound desc =
            resolve: failed to resolve reference "docker.io/library/a:1":
  words     ‹ref› : not found
  fields    gRPC NotFound; stage resolve; image a:1
  rules     > not-found -> image_not_found: docker.io/library/a:1: not found
              not-found-end -> image_not_found: not found
              not-found-cut -> image_not_found: failed to resolve reference "docker.io/library/a:1": docker.io/library/a:1: not found
  cause     image_not_found (reference): The image does not exist: repository, tag or digest
  rule      not-found: docker.io/library/a:1: not found

  text      Error: ErrImagePull
  wrappers  error: Error:
  words     (none)
  fields    reasons ErrImagePull
  rules     (none)
  cause     none named: a pod keeps the cause it has

  error     not a JSON object: Expected ':' after property name in JSON at position 4 (line 1 column 5)

`);
});
