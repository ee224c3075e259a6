import { expect, test } from 'vitest';
import { EndpointSlots } from '../../../src/metrics/endpoint-slots.ts';

const hour = 3_600_000;

test('an address becomes ip, no endpoint stays empty, and nonsense is invalid', () => {
  const slots = new EndpointSlots(10);
  expect(slots.take('10.1.2.3:443', 'docker.io', 0)).toBe('ip');
  expect(slots.take('[::1]', 'docker.io', 0)).toBe('ip');
  expect(slots.take('', 'docker.io', 0)).toBe('');
  expect(slots.take('not a host', 'docker.io', 0)).toBe('invalid');
});

test('past the limit new hosts are folded into other, known ones keep their name', () => {
  const slots = new EndpointSlots(2);
  expect(slots.take('a.example', 'docker.io', 0)).toBe('a.example');
  expect(slots.take('B.example', 'docker.io', 0)).toBe('b.example');
  expect(slots.take('c.example', 'docker.io', 0)).toBe('other');
  expect(slots.take('a.example', 'docker.io', 0)).toBe('a.example');
});

test("the registry's own host is never folded and takes no slot", () => {
  const slots = new EndpointSlots(1);
  expect(slots.take('quay.io', 'quay.io', 0)).toBe('quay.io');
  expect(slots.take('a.example', 'quay.io', 0)).toBe('a.example');
  expect(slots.take('ghcr.io', 'ghcr.io', 0)).toBe('ghcr.io');
});

test('a host that nobody uses keeps its slot for an hour, then gives it up to a new one', () => {
  const slots = new EndpointSlots(1);
  slots.take('a.example', 'docker.io', 0);
  slots.take('a.example', 'docker.io', 0);
  slots.release('a.example', 'docker.io', 0);
  expect(slots.take('b.example', 'docker.io', 2 * hour)).toBe('other');
  slots.release('a.example', 'docker.io', 2 * hour);
  expect(slots.take('b.example', 'docker.io', 3 * hour)).toBe('other');
  expect(slots.take('b.example', 'docker.io', 3 * hour + 1)).toBe('b.example');
});

test('a host that is called other does not take the place of the folded ones', () => {
  const slots = new EndpointSlots(1);
  expect(slots.take('other', 'docker.io', 0)).toBe('other');
  expect(slots.take('a.example', 'docker.io', 0)).toBe('a.example');
});
