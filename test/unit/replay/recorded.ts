// The extracts of real recordings in test/recordings.
import { fileURLToPath } from 'node:url';

export type Phase = 'main' | 'old' | 'crio' | 'runtime';

export function recorded(phase: Phase): string {
  return fileURLToPath(new URL(`../../recordings/${phase}`, import.meta.url));
}
