// Hosts that failing requests went to -> label values, few enough for a time series database: the
// texts come from registries, and a redirect can name a new host in every attempt.
import { hostLabel, isAddress } from './label-values.ts';

interface Slot {
  users: number;
  /** When the last user left; meaningful while there are none. */
  freeSince: number;
}

/** Labels that are not one host's own. */
const noSlot = new Set(['', 'invalid', 'ip', 'other']);

/** How long an unused host keeps its slot, so that one host per attempt cannot make a series each. */
const keepMs = 3_600_000;

export class EndpointSlots {
  readonly #slots = new Map<string, Slot>();
  readonly #maxHosts: number;

  constructor(maxHosts: number) {
    this.#maxHosts = maxHosts;
  }

  /**
   * The label for an endpoint: `ip` for an address, `other` when all slots are taken. The registry's
   * own host needs no slot. Each call is paid back by one of `release` with the label it gave.
   */
  take(endpoint: string, registry: string, now: number): string {
    const label = hostLabel(endpoint);
    if (isAddress(label)) return 'ip';
    if (label === registry || noSlot.has(label)) return label;
    let slot = this.#slots.get(label);
    if (slot === undefined) {
      if (this.#slots.size >= this.#maxHosts) this.#evict(now);
      if (this.#slots.size >= this.#maxHosts) return 'other';
      slot = { users: 0, freeSince: now };
      this.#slots.set(label, slot);
    }
    slot.users++;
    return label;
  }

  release(label: string, registry: string, now: number): void {
    const slot = label === registry ? undefined : this.#slots.get(label);
    if (slot === undefined) return;
    slot.users--;
    slot.freeSince = now;
  }

  #evict(now: number): void {
    for (const [name, slot] of this.#slots) {
      if (slot.users === 0 && now - slot.freeSince > keepMs) this.#slots.delete(name);
    }
  }
}
