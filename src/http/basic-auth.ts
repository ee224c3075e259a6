// Authorization headers and bcrypt hashes -> may this request pass?
import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { compare } from 'bcryptjs';

export type Admission = 'admitted' | 'refused' | 'busy';

/** Hash of a password that nobody has: an unknown user takes as long as a wrong password. */
const nobody = '$2b$10$8PFglyL1sBKWTti7kZVMweZvuAlGBxPHHKcxIppTXyU8n9LH14O5O';

/** One bcrypt costs 60 ms of the event loop and more, so that strangers must not buy many of them. */
const maxWaiting = 8;
const pauseAfterRefusalMs = 250;

export class BasicAuth {
  /** Proof of the last password that was right, by user: scrapers send the same one for ever. */
  readonly #proofs = new Map<string, Buffer>();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** `users` as in the web config of this moment: a changed hash ends what the old one admitted. */
  async admit(
    authorization: string | undefined,
    users: ReadonlyMap<string, string>,
  ): Promise<Admission> {
    const credentials = readCredentials(authorization);
    if (credentials === undefined) return 'refused';
    const hash = users.get(credentials.user) ?? nobody;
    const proof = createHash('sha256').update(`${hash}\0${credentials.password}`).digest();
    const known = this.#proofs.get(credentials.user);
    if (known !== undefined && timingSafeEqual(known, proof)) return 'admitted';
    if (this.#waiting >= maxWaiting) return 'busy';
    this.#waiting++;
    const checked = this.#last.then(() => compare(credentials.password, hash));
    this.#last = checked.then(
      (right) => (right ? undefined : setTimeout(pauseAfterRefusalMs)),
      () => undefined,
    );
    const right = await checked.finally(() => this.#waiting--);
    if (!right || !users.has(credentials.user)) return 'refused';
    this.#proofs.set(credentials.user, proof);
    return 'admitted';
  }
}

function readCredentials(
  authorization: string | undefined,
): { readonly user: string; readonly password: string } | undefined {
  const [scheme = '', token = ''] = (authorization ?? '').split(' ', 2);
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const text = Buffer.from(token, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
