import { describe, expect, test } from 'vitest';
import { encodingOf } from '../../../src/wire/encoding.ts';
import { jsonEncoding } from '../../../src/wire/json-stream.ts';
import { protobufEncoding } from '../../../src/wire/protobuf-stream.ts';
import { realBytes } from '../../support/real-bytes.ts';
import { cut, readList, readWatch } from './read-whole.ts';

const sizes = [1, 7, 100, 4096, 1_000_000];

describe.each(sizes)('in pieces of %i bytes', (size) => {
  test.each([
    { kind: 'Pod', file: 'pods-list', count: 14 },
    { kind: 'Event', file: 'events-list', count: 94 },
  ] as const)('$file says the same in protobuf and in JSON', ({ kind, file, count }) => {
    const protobuf = readList(protobufEncoding, kind, cut(realBytes(`${file}.pb`), size));
    const json = readList(jsonEncoding, kind, cut(realBytes(`${file}.json`), size));

    expect(protobuf.items).toHaveLength(count);
    expect(protobuf.metadata).toEqual({
      resourceVersion: '68006',
      continueToken: '',
      shardSelector: '',
    });
    expect(protobuf).toEqual(json);
  });

  test.each([
    { kind: 'Pod', file: 'pods-watch', before: 14, all: 22 },
    { kind: 'Event', file: 'events-watch', before: 94, all: 95 },
  ] as const)('$file is a list, its end, and what happened then', ({ kind, file, before, all }) => {
    const protobuf = readWatch(protobufEncoding, kind, cut(realBytes(`${file}.pb`), size));
    const json = readWatch(jsonEncoding, kind, cut(realBytes(`${file}.jsonl`), size));

    for (const events of [protobuf, json]) {
      expect(events).toHaveLength(all);
      expect(events.findIndex((event) => 'endsList' in event && event.endsList)).toBe(before);
      expect(events.slice(0, before).every(({ type }) => type === 'ADDED')).toBe(true);
      expect(events.every((event) => !('object' in event) || event.object !== undefined)).toBe(
        true,
      );
    }
    // They were recorded one after the other: what did not change in between is the same.
    const versions = new Set(protobuf.map((event) => 'uid' in event && event.resourceVersion));
    const both = json.filter((event) => 'uid' in event && versions.has(event.resourceVersion));
    expect(both.length).toBeGreaterThan(5);
    expect(protobuf).toEqual(expect.arrayContaining(both));
  });
});

test('a page has the token of the next one', () => {
  const { items, metadata } = readList(protobufEncoding, 'Pod', [realBytes('pods-page.pb')]);

  expect(items).toHaveLength(5);
  expect(metadata.continueToken).toMatch(/^eyJ2IjoibWV0YS5rOHMuaW8vdjEi/);
});

test('a pod that fails is read with all that the exporter needs', () => {
  const { items } = readList(protobufEncoding, 'Pod', [realBytes('pods-list.pb')]);

  expect(items[1]?.object).toEqual({
    uid: 'b8f4e575-4736-4250-aaaf-321f7ad5cc9c',
    namespace: 'qps',
    name: 'q01-missing',
    generateName: '',
    resourceVersion: '45150',
    createdAt: Date.parse('2026-11-21T12:04:35Z'),
    deleting: false,
    labels: {},
    annotations: {},
    controller: undefined,
    nodeName: 'lab-3',
    imageVolumes: [],
    containers: [
      {
        name: 'app',
        type: 'container',
        image: 'registry.corp.example/burst/svc01:v1',
        imagePullPolicy: 'IfNotPresent',
        volumeMounts: [],
      },
    ],
    phase: 'Pending',
    startTime: Date.parse('2026-11-21T12:04:35Z'),
    conditions: [
      { type: 'PodReadyToStartContainers', status: 'True', lastTransitionTime: 1795262677000 },
      { type: 'Initialized', status: 'True', lastTransitionTime: 1795262675000 },
      { type: 'Ready', status: 'False', lastTransitionTime: 1795262675000 },
      { type: 'ContainersReady', status: 'False', lastTransitionTime: 1795262675000 },
      { type: 'PodScheduled', status: 'True', lastTransitionTime: 1795262675000 },
    ],
    statuses: [
      {
        name: 'app',
        state: {
          type: 'waiting',
          reason: 'ImagePullBackOff',
          message:
            'Back-off pulling image "registry.corp.example/burst/svc01:v1": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "registry.corp.example/burst/svc01:v1": failed to resolve image: registry.corp.example/burst/svc01:v1: not found',
        },
        lastState: { type: 'none' },
        restartCount: 0,
        containerId: '',
      },
    ],
  });
});

test('history that is gone comes as an ERROR event, in both encodings', () => {
  const expired = [
    {
      type: 'ERROR',
      status: {
        code: 410,
        reason: 'Expired',
        message: 'too old resource version: 1 (67202)',
        retryAfterSeconds: undefined,
        causes: '',
      },
    },
  ];

  expect(readWatch(protobufEncoding, 'Pod', [realBytes('expired-watch.pb')])).toEqual(expired);
  expect(readWatch(jsonEncoding, 'Pod', [realBytes('expired-watch.json')])).toEqual(expired);
});

test.each([
  {
    file: 'invalid.pb',
    status: {
      code: 422,
      reason: 'Invalid',
      message:
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      retryAfterSeconds: undefined,
      causes: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    },
  },
  {
    file: 'bad-continue.pb',
    status: {
      code: 400,
      reason: 'BadRequest',
      message:
        'invalid continue token: continue key is not valid: illegal base64 data at input byte 0',
      retryAfterSeconds: undefined,
      causes: '',
    },
  },
  {
    file: 'unauthorized.pb',
    status: {
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
      retryAfterSeconds: undefined,
      causes: '',
    },
  },
])('the refusal $file is read', ({ file, status }) => {
  expect(protobufEncoding.readStatus(realBytes(file))).toEqual(status);
});

test.each([
  { contentType: 'application/vnd.kubernetes.protobuf', encoding: 'protobuf' },
  { contentType: 'application/vnd.kubernetes.protobuf;stream=watch', encoding: 'protobuf' },
  { contentType: 'application/json', encoding: 'json' },
  { contentType: 'Application/JSON; charset=utf-8', encoding: 'json' },
  { contentType: 'text/html', encoding: undefined },
  { contentType: '', encoding: undefined },
])('Content-Type $contentType is read as $encoding', ({ contentType, encoding }) => {
  expect(encodingOf(contentType)?.name).toBe(encoding);
});
