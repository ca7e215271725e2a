// What pods found of the way back to a machine.
import { describe, expect, test } from 'vitest';
import { reachable } from '../../../../tasks/shells/here/addresses.ts';
import { openListeners } from '../../../../tasks/shells/here/ports.ts';
import { portsTried, triesIn, unreachableFailure, winner } from '../../../../tasks/shells/here/probe.ts';
import { parseJava } from '../../../../tasks/shells/here/programs.ts';

const one = (address: string, port: number, problem: string | null = null) => ({ address, port, problem });

describe('addresses', () => {
  const ipv4 = (address: string, internal = false) => ({ address, family: 'IPv4', internal });

  test('are those that others can reach, the one towards the API server first', () => {
    const interfaces = {
      lo: [ipv4('127.0.0.1', true)],
      eth0: [ipv4('192.0.2.2'), { address: 'fd00::2', family: 'IPv6', internal: false }],
      wlan0: [ipv4('169.254.3.4')],
      bridge: [ipv4('198.18.0.1')],
    };
    expect(reachable(interfaces)).toEqual(['192.0.2.2', '198.18.0.1']);
    expect(reachable(interfaces, '198.18.0.1')).toEqual(['198.18.0.1', '192.0.2.2']);
    expect(reachable(interfaces, '127.0.0.1')).toEqual(['192.0.2.2', '198.18.0.1']);
  });

  test('are chosen if all their ports answer', () => {
    const tries = [
      one('10.0.0.1', 7078),
      one('10.0.0.1', 7079, 'connection refused'),
      one('10.0.0.2', 7078),
      one('10.0.0.2', 7079),
    ];
    expect(winner(['10.0.0.1', '10.0.0.2'], tries)).toBe('10.0.0.2');
    expect(winner(['10.0.0.1'], tries)).toBeUndefined();
    expect(winner(['10.0.0.3'], tries)).toBeUndefined();
  });

  test('that no pod reaches are named with ports, reasons and the shell in the cluster', () => {
    const { message, hint, exitCode } = unreachableFailure(
      [one('10.0.0.1', 7078, 'no answer within 5 s'), one('10.0.0.1', 7079)],
      'firesteel shell pyspark',
    );
    expect(message).toBe(
      'no address of this machine can be reached from a pod: 10.0.0.1:7078: no answer within 5 s, 10.0.0.1:7079: answers',
    );
    expect(hint).toContain('firesteel shell pyspark');
    expect(exitCode).toBe(1);
    expect(unreachableFailure([], 'firesteel shell sql').message).toBe(
      'this machine has no address that pods could reach',
    );
  });
});

test('tries are read from one line of the log of the pod', () => {
  expect(triesIn('tried [{"address": "10.0.0.1", "port": 7078, "problem": null}]')).toEqual([one('10.0.0.1', 7078)]);
  expect(triesIn('something else')).toBeUndefined();
});

test('listeners take the next port where one is in use, and answer with the word', async () => {
  const { connect, createServer } = await import('node:net');
  const first = await openListeners('a-word');
  const second = await openListeners('another');
  try {
    expect(portsTried(second.ports)).not.toEqual(portsTried(first.ports));
    const said = await new Promise<string>((resolve) => {
      connect(second.ports.driver, '127.0.0.1').on('data', (bytes) => resolve(`${bytes}`));
    });
    expect(said).toBe('another\n');
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
  // They are free again for a driver, but another shell takes the next ones.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(second.ports.driver, '0.0.0.0', resolve));
  server.close();
  const third = await openListeners('a-third');
  await third.close();
  if (process.platform === 'linux')
    expect(Math.min(...portsTried(third.ports))).toBeGreaterThan(Math.max(...portsTried(second.ports)));
});

test.each([
  [
    '17',
    ['    java.home = /usr/lib/jvm/java-17', '    java.specification.version = 17'],
    { home: '/usr/lib/jvm/java-17', version: 17 },
  ],
  ['8', ['    java.home = /opt/jre', '    java.specification.version = 1.8'], { home: '/opt/jre', version: 8 }],
  ['no', ['command not found'], undefined],
])('Java %s is known by its settings', (_name, lines, java) => {
  expect(parseJava(lines)).toEqual(java);
});
