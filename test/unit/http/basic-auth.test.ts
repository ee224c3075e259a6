import { hashSync } from 'bcryptjs';
import { expect, test } from 'vitest';
import { BasicAuth } from '../../../src/http/basic-auth.ts';

const users = new Map([
  ['alice', hashSync('right', 4)],
  ['bob', hashSync('with:colon', 4).replace('$2b$', '$2y$')],
]);

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

test.each([
  { what: 'the right password', header: basic('alice', 'right'), admission: 'admitted' },
  {
    what: 'a password with a colon, hashed by htpasswd',
    header: basic('bob', 'with:colon'),
    admission: 'admitted',
  },
  { what: 'a wrong password', header: basic('alice', 'wrong'), admission: 'refused' },
  { what: 'the password of another', header: basic('bob', 'right'), admission: 'refused' },
  { what: 'an unknown user', header: basic('eve', 'right'), admission: 'refused' },
  { what: 'no header', header: undefined, admission: 'refused' },
  { what: 'another scheme', header: 'Bearer abc', admission: 'refused' },
  {
    what: 'no colon',
    header: `Basic ${Buffer.from('alice').toString('base64')}`,
    admission: 'refused',
  },
  { what: 'nonsense', header: 'Basic %%%', admission: 'refused' },
])('$what: $admission', async ({ header, admission }) => {
  expect(await new BasicAuth().admit(header, users)).toBe(admission);
});

test('a password that was right once costs nothing, until its hash changes', async () => {
  const auth = new BasicAuth();
  const slow = new Map([['alice', hashSync('right', 10)]]);
  await auth.admit(basic('alice', 'right'), slow);
  const startedAt = performance.now();
  for (let count = 0; count < 100; count++) {
    expect(await auth.admit(basic('alice', 'right'), slow)).toBe('admitted');
  }
  // One bcrypt of cost 10 takes 40 ms and more.
  expect(performance.now() - startedAt).toBeLessThan(1000);
  const changed = new Map([['alice', hashSync('new', 4)]]);
  expect(await auth.admit(basic('alice', 'right'), changed)).toBe('refused');
  expect(await auth.admit(basic('alice', 'right'), new Map())).toBe('refused');
});

test('strangers who try many passwords are told to wait, and those who are known are not', async () => {
  const auth = new BasicAuth();
  await auth.admit(basic('alice', 'right'), users);
  const guesses = Array.from({ length: 20 }, (_, index) =>
    auth.admit(basic('alice', `guess-${index}`), users),
  );
  expect(await auth.admit(basic('alice', 'right'), users)).toBe('admitted');
  const answers = await Promise.all(guesses);
  expect(answers.filter((answer) => answer === 'refused')).toHaveLength(8);
  expect(answers.filter((answer) => answer === 'busy')).toHaveLength(12);
});
