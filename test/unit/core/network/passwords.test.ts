// Users and passwords of addresses stay off the screen.
import { expect, test } from 'vitest';
import { withoutPasswords } from '../../../../tasks/core/network/passwords.ts';

test.each([
  ['https://me:hush@example.org/x', 'https://***@example.org/x'],
  ['git+https://hush@example.org/x.git@main', 'git+https://***@example.org/x.git@main'],
  ['http://me:hu/sh@proxy:3128', 'http://***@proxy:3128'],
  ['http://me:hu?s#h@proxy:3128', 'http://***@proxy:3128'],
  ['https://me:hu@sh@example.org', 'https://***@example.org'],
  ['-i https://me:hush@a.org/s --x "https://me:hush@b.org"', '-i https://***@a.org/s --x "https://***@b.org"'],
  ['https://example.org:8443/a@b', 'https://example.org:8443/a@b'],
  ['https://[fd00::1]:8443/a@b', 'https://[fd00::1]:8443/a@b'],
  ['https://example.org/a@b', 'https://example.org/a@b'],
])('%s is shown as %s', (text, shown) => expect(withoutPasswords(text)).toBe(shown));
