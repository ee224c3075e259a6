// A failure, an image and a runtime -> the error text that the kubelet gets, and how long it waits for it.
import { failures } from './failures.ts';
import type { FailureName, FailureRecord, Runtime } from './failures.ts';
import type { ImageReference } from './image-reference.ts';
import { apiTime } from './objects.ts';
import { Random, stableDigest } from './random.ts';

export interface FailureContext {
  readonly reference: ImageReference;
  readonly runtime: Runtime;
  readonly nodeIp: string;
  readonly now: number;
  /** For what differs from attempt to attempt: ports, temporary names. */
  readonly random: Random;
}

export interface FailedPull {
  readonly cause: string;
  readonly text: string;
  readonly takesMs: number;
}

/** The text as the kubelet (1.28 or newer) shows it: without the code when that is Unknown. */
export function failPull(name: FailureName, context: FailureContext): FailedPull {
  const record: FailureRecord = failures[name];
  const { runtime, random } = context;
  const [low, high] = (runtime === 'containerd' ? undefined : record.takesMsElsewhere) ??
    record.takesMs ?? [6, 70];
  const text = fill(
    runtime === 'cri-o' ? crioText(name, record) : containerdText(record, runtime),
    context,
  );
  return {
    cause: causeOf(record, runtime),
    text,
    takesMs: stepped(random, low, high),
  };
}

function causeOf(record: FailureRecord, runtime: Runtime): string {
  const own = runtime === 'cri-o' ? record.crioCause : record.containerd17Cause;
  return (runtime === 'containerd' ? undefined : own) ?? record.cause;
}

/** containerd retries a timed-out connection or not by chance: whole steps of the shortest time. */
function stepped(random: Random, low: number, high: number): number {
  const steps = Math.floor(high / low);
  if (low < 10_000 || steps < 2) return random.integer(low, high);
  return low * random.integer(1, steps) + random.integer(0, 200);
}

function containerdText(record: FailureRecord, runtime: Runtime): string {
  const old = runtime === 'containerd-1.7';
  const detail = (old ? record.containerd17 : undefined) ?? record.containerd;
  const code = record.code === undefined ? '' : `rpc error: code = ${record.code} desc = `;
  switch (record.stage) {
    case 'raw':
      return `${code}${detail}`;
    case 'content':
      return `${code}failed to pull and unpack image "{ref}": ${detail}`;
    case 'connect':
    case 'resolve':
      return `${code}failed to pull and unpack image "{ref}": failed to resolve ${old ? 'reference "{ref}"' : 'image'}: ${detail}`;
  }
}

/** CRI-O tries every image a second time as an OCI artifact and repeats the error. */
function crioText(name: FailureName, record: FailureRecord): string {
  const detail = record.crio ?? record.containerd;
  const code =
    record.code === 'DeadlineExceeded' ? 'rpc error: code = DeadlineExceeded desc = ' : '';
  const sentinel =
    record.cause === 'connection_refused'
      ? 'RegistryUnavailable: '
      : name === 'unsigned'
        ? 'SignatureValidationFailed: '
        : '';
  switch (record.stage) {
    case 'raw':
      return detail;
    case 'connect':
      return `${code}${sentinel}unable to pull image: initializing source docker://{ref}: pinging container registry {host}: ${detail}`;
    case 'resolve': {
      const reading = `reading manifest {target} in {name}: ${detail}`;
      return `unable to pull image or OCI artifact: pull image err: initializing source docker://{ref}: ${reading}; artifact err: image reference: get manifest from ref: create image source: ${reading}`;
    }
    case 'content':
      return `${sentinel}unable to pull image or OCI artifact: pull image err: ${detail}; artifact err: image reference: reference is a container image, not an OCI artifact`;
  }
}

function fill(template: string, context: FailureContext): string {
  const { reference, now, random } = context;
  const { host, repository, target, normalised } = reference;
  const endpoint = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const scope = encodeURIComponent(`repository:${repository}:pull`).replaceAll('/', '%2F');
  const tokenHost = host === 'docker.io' ? 'auth.docker.io' : host;
  const address = new Random(endpoint);
  const values: Readonly<Record<string, () => string>> = {
    ref: () => normalised,
    host: () => host,
    name: () => `${host}/${repository}`,
    repository: () => repository,
    target: () => target,
    endpoint: () => endpoint,
    endpointHost: () => endpoint.replace(/:\d+$/, ''),
    url: () => `https://${endpoint}/v2/${repository}/manifests/${target}`,
    blobUrl: () => `https://${endpoint}/v2/${repository}/blobs/${stableDigest(normalised)}`,
    tokenUrl: () => `https://${tokenHost}/token?scope=${scope}&service=${host}`,
    digest: () => stableDigest(normalised),
    digest2: () => stableDigest(`${normalised} unpacked`),
    ip: () => `203.0.113.${address.integer(2, 250)}`,
    nodeIp: () => context.nodeIp,
    proxyIp: () => '10.40.0.9',
    resolver: () => '10.40.0.53:53',
    port: () => String(random.integer(32_768, 60_999)),
    number: () => String(random.integer(100_000_000, 999_999_999)),
    suffix: () => random.suffix(4),
    hash: () => random.hex(64),
    now: () => apiTime(now),
    lastWeek: () => apiTime(Math.floor(now / 86_400_000) * 86_400_000 - 3 * 86_400_000),
  };
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => values[key]?.() ?? whole);
}
