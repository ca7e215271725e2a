// doctor on machines made broken: root without capabilities, other programs of drivers, taken ports, a rule past the cluster.
import { describe, expect, test } from 'vitest';
import { can, doctorAfter, finding, mayMount, namespace } from '../../doctor-in-namespace.ts';
import { ownFiles } from '../own-files.ts';

const { path, put } = ownFiles({ XDG_CACHE_HOME: 'cache', XDG_DATA_HOME: 'data' });

describe.skipIf(process.getuid?.() !== 0 || !can('setpriv', '--bounding-set=-net_admin', 'true'))(
  'root without capabilities, as in a container (needs root)',
  () => {
    test.each([
      ['root', 'sys_admin', 'missing', /^a local cluster needs root, or sudo .* and the right to make namespaces/],
      ['capabilities', 'net_admin', 'missing', /^root lacks CAP_NET_ADMIN$/],
      ['queue', 'net_admin', 'partial', /^this kernel cannot hand connections to a program \(NFQUEUE\)$/],
    ])('fails the check %s without %s', (name, capability, state, seen) =>
      expect(finding([], [name], { within: ['setpriv', `--bounding-set=-${capability}`] })).toMatchObject({
        state,
        seen: expect.stringMatching(seen),
      }),
    );
  },
);

describe.skipIf(!mayMount)('for drivers on this machine (needs namespaces)', () => {
  const first = ['PATH="$BIN:$PATH"', 'unset JAVA_HOME', 'chmod 755 "$BIN"/*'];

  test('a Java that does not fit Spark, and no other, is named with what to install', () => {
    put('bin/java', "#!/bin/sh\necho '    java.home = /opt/java'; echo '    java.specification.version = 1.8'\n");
    const lines = [...first, 'mount -t tmpfs tmpfs /usr/lib/jvm || test ! -e /usr/lib/jvm'];
    expect(finding(lines, ['shell-java'], { env: { BIN: path('bin') } })).toMatchObject({
      state: 'not available',
      seen: expect.stringMatching(/^Spark \S+ runs on Java .*, and this machine has 8$/),
      remedies: [expect.stringMatching(/^install one: apt-get install openjdk-17/)],
    });
  });

  test('a Python of another version than that of executors is named', () => {
    for (const name of ['python3', 'python3.11']) put(`bin/${name}`, '#!/bin/sh\necho 3.7\n');
    expect(finding(first, ['shell-python'], { env: { BIN: path('bin') } })).toMatchObject({
      state: 'not available',
      seen: expect.stringMatching(/^executors have Python 3\.11, and this machine has 3\.7: /),
    });
  });
});

const mayConnect = can(...namespace, '--net', 'ip', 'link', 'set', 'lo', 'up');

describe.skipIf(!mayConnect)('in another network (needs namespaces)', () => {
  const within = [...namespace, '--net'];
  const hold = [
    'import os, socket, sys, time',
    'held = [socket.create_server(("127.0.0.1", port)) for port in range(8888, 8988)]',
    'open(sys.argv[1], "w").close()',
    'parent = os.getppid()',
    'while os.getppid() == parent: time.sleep(0.1)',
  ].join('\n');

  test('ports that other programs have all are a finding, and the next free one is fine', () => {
    const ready = path('ready');
    const taking = [
      'ip link set lo up',
      `python3 -c '${hold}' ${ready} < /dev/null > /dev/null 2>&1 &`,
      `until [ -e ${ready} ]; do sleep 0.1; done`,
    ];
    expect(finding(taking, ['ports'], { within })).toMatchObject({
      state: 'missing',
      seen: 'no free port from 8888 to 8987',
    });
    expect(finding(['ip link set lo up'], ['ports'], { within })).toMatchObject({ state: 'ok' });
  });

  test('a part of the kernel that networks are made of and that cannot be made is named', () => {
    expect(finding(['mount -t tmpfs tmpfs /dev/net'], ['network-parts'])).toMatchObject({
      state: 'missing',
      seen: 'this kernel makes no tun',
    });
    expect(finding([], ['network-parts'])).toMatchObject({ state: 'ok' });
  });
});

const mayRoute =
  process.getuid?.() === 0 &&
  can(...namespace, '--net', 'ip', 'link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far');

test.skipIf(!mayRoute)('a rule that leads packets past the cluster is overridden by --fix (needs root)', () => {
  const past = [
    'mount -t sysfs sysfs /sys',
    'ip link set lo up',
    'ip link add fs-local type veth peer name far',
    'ip address add 198.18.7.1/24 dev fs-local',
    'ip link set fs-local up; ip link set far up',
    'ip tuntap add dev vpn mode tun && ip link set vpn up',
    'ip route add default dev vpn table 99',
    'ip rule add lookup 99 priority 1000',
  ];
  const words = ['route', '--set', 'local.nodeNetwork=198.18.7.0/24'];
  const within = [...namespace, '--net'];
  expect(finding(past, words, { within })).toMatchObject({
    state: 'missing',
    seen: expect.stringContaining(
      'packets to 198.18.7.2 leave by vpn, because a rule of this machine uses routing table 99',
    ),
    remedies: [expect.stringMatching(/ip rule add to 198\.18\.7\.0\/24 lookup main priority 100$/)],
  });
  const { checks, code, output } = doctorAfter(past, [...words, '--fix', '--yes'], { within });
  expect(checks, output).toMatchObject([{ state: 'ok' }]);
  expect(code).toBe(0);
});
