// The command that downloads a file: what comes by https stays https.
import { expect, test } from 'vitest';
import { curlCommand } from '../../../../tasks/core/network/curl.ts';

test.each([
  ['https://dl.k8s.io/a', true],
  ['HTTPS://dl.k8s.io/a', true],
  ['http://127.0.0.1:8000/a', false],
  ['file:///a', false],
])('a download of %s takes https alone: %s', (address, isStrict) => {
  const command = curlCommand(address, '--output', '/to');
  expect(command.join(' ').includes('--proto =https')).toBe(isStrict);
  expect(command.slice(-4)).toEqual(['--output', '/to', '--', address]);
});
