// Text from a cluster -> the value of a label: escaped, well-formed, of bounded length, hosts only
// where a host is promised.
import { isIP } from 'node:net';

/** Longer than any valid name (253) or image reference (about 460). */
const maxLength = 512;

/** Cut, and without lone surrogates: texts that would print alike are alike. */
export function plainValue(text: string): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 3)}...` : text;
  return cut.isWellFormed() ? cut : cut.toWellFormed();
}

/** The value as it stands between the quotes, in both exposition formats. */
export function labelValue(text: string): string {
  const value = plainValue(text);
  return /[\\"\n]/.test(value) ? value.replaceAll(/[\\"\n]/g, escape) : value;
}

function escape(character: string): string {
  return character === '\n' ? String.raw`\n` : `\\${character}`;
}

const host = /^(?:[a-z0-9][a-z0-9._-]{0,252}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/;

/** Lower case; '' stays '' (not known); `invalid` for what cannot be a host and port. */
export function hostLabel(name: string): string {
  const lower = name.toLowerCase();
  return lower === '' || host.test(lower) ? lower : 'invalid';
}

/** True for 10.0.0.1, 10.0.0.1:5000, [::1] and [::1]:5000. */
export function isAddress(hostAndPort: string): boolean {
  return isIP(hostAndPort.replace(/:\d+$/, '').replaceAll(/^\[|\]$/g, '')) !== 0;
}

/** The label `backoff_attempt` of a step of the kubelet's back-off. */
export function backoffLabel(step: number): string {
  if (step < 1) return 'none';
  return step > 5 ? '6+' : String(step);
}

/** A value as both formats print it. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
