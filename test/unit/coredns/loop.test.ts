// CoreDNS's last words in all its versions, and those of crashes that are no loop.
import { expect, test } from 'vitest';
import { findLoop, loopText } from '../../../tasks/coredns/loop.ts';

test.each([
  [
    'today',
    '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 4547991504243258144.3688648895315093531."',
    { from: '127.0.0.1:55953', to: ':53', zone: '.' },
    'queries come back to CoreDNS (127.0.0.1:55953 → :53, zone ".")',
  ],
  [
    'by IPv6, in another zone',
    'plugin/loop: Loop ([::1]:1053 -> [fd00::a]:53) detected for zone "corp.", see https://coredns.io/plugins/loop',
    { from: '[::1]:1053', to: '[fd00::a]:53', zone: 'corp.' },
    'queries come back to CoreDNS ([::1]:1053 → [fd00::a]:53, zone "corp.")',
  ],
  [
    'in 1.2.6',
    '2018/11/29 10:00:00 [FATAL] Forwarding loop detected in "." zone. Exiting. See https://coredns.io/plugins/loop#troubleshooting. Probe query: "HINFO 1.2.".',
    { zone: '.' },
    'queries come back to CoreDNS (zone ".")',
  ],
  [
    'in 1.2.1 and before',
    '2018/08/01 10:00:00 [FATAL] plugin/loop: Seen "HINFO IN 5577006791947779410.8674665223082153551." more than twice, loop detected',
    { zone: '.' },
    'queries come back to CoreDNS (zone ".")',
  ],
])('a loop is known by its words %s', (_, line, loop, text) => {
  expect(findLoop(['.:53', 'CoreDNS-1.14.2', line])).toEqual(loop);
  expect(loopText(loop)).toBe(text);
});

test.each([
  [
    'no route',
    'Failed to list *v1.Service: Get https://10.96.0.1:443/api/v1/services: dial tcp 10.96.0.1:443: connect: no route to host',
  ],
  [
    'a plugin twice',
    '/etc/coredns/Corefile:9 - Error during parsing: plugin/hosts: this plugin can only be used once per Server Block',
  ],
  ['an unknown directive', "/etc/coredns/Corefile:4 - Error during parsing: Unknown directive 'forwrad'"],
  [
    'a name with the word in it',
    '[INFO] 10.1.0.7:41234 - 2 "A IN loop.example. udp 45 false 512" NOERROR qr,rd,ra 45 0.01s',
  ],
  ['a link to the help', '[ERROR] see https://coredns.io/plugins/loop#troubleshooting'],
])('%s is not a loop', (_, line) => expect(findLoop(['.:53', line])).toBeUndefined());

test('an empty log reports no loop', () => expect(findLoop([])).toBeUndefined());
