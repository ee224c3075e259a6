// The prose of the catalogue for one cause, as the page and the JSON show it.
import { type Cause, type CauseRecord, causes } from '../classify/causes.ts';

export interface Advice {
  readonly meaning: string;
  readonly check: string;
  readonly fix: string;
}

export function adviceFor(cause: Cause): Advice {
  const record: CauseRecord & Partial<Advice> = causes[cause];
  return { meaning: record.meaning ?? '', check: record.check ?? '', fix: record.fix ?? '' };
}
