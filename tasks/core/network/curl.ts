// The command that downloads a file.
import type { Command } from '../types.ts';

/**
 * `curl` keeps to the proxy settings and authorities of the machine. An https address stays https over redirects too: a
 * checksum that came the same way as the file proves nothing else.
 */
export const curlCommand = (address: string, ...options: string[]): Command => [
  'curl',
  '--fail',
  '--silent',
  '--show-error',
  '--location',
  ...(/^https:/i.test(address) ? ['--proto', '=https'] : []),
  ...options,
  '--',
  address,
];
