import { expect, test } from 'vitest';
import { remembered } from '../../../src/classify/remembered.ts';
import type { ClassifyInput, Verdict } from '../../../src/classify/verdict.ts';

function aVerdict(evidence: string): Verdict {
  const where = { stage: undefined, httpStatus: undefined, endpoint: '' };
  return { cause: 'unknown', rule: '', evidence, ...where };
}

/** Says in its evidence what it was asked; no verdict for an empty text. */
function counted() {
  const asked: ClassifyInput[] = [];
  const classify = remembered((input) => {
    asked.push(input);
    return input.message === '' ? undefined : aVerdict(JSON.stringify(input));
  });
  return { asked, classify };
}

test('a text is read once, also one that has no verdict', () => {
  const { asked, classify } = counted();
  for (let round = 0; round < 3; round++) {
    expect(classify({ message: 'not found' })).toEqual(aVerdict('{"message":"not found"}'));
    expect(classify({ message: '' })).toBeUndefined();
  }
  expect(asked).toEqual([{ message: 'not found' }, { message: '' }]);
});

test('the same words of another image, or for another reason, are read anew', () => {
  const { asked, classify } = counted();
  const inputs: readonly ClassifyInput[] = [
    { message: 'ab' },
    { message: 'b', image: 'a' },
    { message: 'b', reason: 'a' },
    { message: '', image: 'ab', reason: '' },
    { message: '', image: 'a', reason: 'b' },
  ];
  for (const input of [...inputs, ...inputs]) classify(input);
  expect(asked).toEqual(inputs);
});

test('a thousand are kept, the longest none: no cluster can fill the memory with them', () => {
  const { asked, classify } = counted();
  for (let index = 0; index <= 1000; index++) classify({ message: `text ${index}` });
  classify({ message: 'text 1' });
  expect(asked).toHaveLength(1001);
  classify({ message: 'text 0' });
  expect(asked).toHaveLength(1002);
  const long = 'x'.repeat(5000);
  classify({ message: long });
  classify({ message: long });
  expect(asked).toHaveLength(1004);
});
