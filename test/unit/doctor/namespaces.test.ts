// doctor as users run it, on machines made broken: in namespaces with small disks, closed cgroups, another kernel, a battery.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { keysFile, recordFile } from '../../../tasks/classroom/folder.ts';
import { withNewKeys } from '../../../tasks/classroom/keys.ts';
import { shown } from '../../../tasks/core/exec.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { firesteelCommand } from '../../built-command.ts';
import { ownFiles } from '../own-files.ts';

const { path, put } = ownFiles({ XDG_CACHE_HOME: 'cache', XDG_DATA_HOME: 'data' });

/** A namespace of mounts; for others than root in a namespace of users, where they may mount. */
const namespace = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount'];
const can = (...command: string[]): boolean => spawnSync(command[0] ?? '', command.slice(1)).status === 0;
const mayMount = process.platform === 'linux' && can(...namespace, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');

interface Answer {
  checks: { name: string; state: string; seen: string; remedies: string[] }[];
  code: number | null;
  output: string;
}

/** Runs these commands of a shell in the namespace, and then doctor with these words. */
function doctorAfter(
  commands: readonly string[],
  words: readonly string[],
  { env = {}, within = namespace } = {},
): Answer {
  const doctor = shown([...firesteelCommand, 'doctor', ...words, '--json']);
  const { status, stdout, stderr } = spawnSync(
    within[0] ?? '',
    [...within.slice(1), 'sh', '-ec', [...commands, `exec ${doctor}`].join('\n')],
    { encoding: 'utf8', env: { ...process.env, ...env } },
  );
  const last = stdout.split('\n').findLast((line) => line.startsWith('{"event":"done"')) ?? '{}';
  const { checks = [] } = JSON.parse(last) as Partial<Answer>;
  return { checks, code: status, output: stdout + stderr };
}

/** The one check that was asked. */
const finding = (...asked: Parameters<typeof doctorAfter>) => {
  const { checks, output } = doctorAfter(asked[0], asked[1], asked[2]);
  return checks[0] ?? output;
};

describe.skipIf(!mayMount)('on a machine with little room (needs namespaces)', () => {
  const small = (place: string, size: string) => [`mkdir -p ${place}`, `mount -t tmpfs -o size=${size} tmpfs ${place}`];

  test.each([
    ['cache', 'XDG_CACHE_HOME', 'partial', / has 8 MiB free, 3000 MiB needed$/],
    ['temporary', 'TMPDIR', 'partial', / has 8 MiB free, 500 MiB needed$/],
    ['disk', 'XDG_DATA_HOME', 'missing', / has 8 MiB free, a cluster needs 1024 MiB: free disk space/],
  ])('the check %s finds a small file system at $%s', (name, variable, state, seen) => {
    const place = path('small');
    expect(finding(small(place, '8m'), [name], { env: { [variable]: place } })).toMatchObject({
      state,
      seen: expect.stringMatching(seen),
    });
  });

  test('the cache is cured by the command that empties it', () => {
    const place = path('full');
    const left = `${place}/firesteel/layers/python-0123456789ab`;
    const { checks, output, code } = doctorAfter(
      [...small(place, '3010m'), `mkdir -p ${left}`, `head -c 30m /dev/zero > ${left}/packages`],
      ['cache', '--fix', '--yes'],
      { env: { XDG_CACHE_HOME: place } },
    );
    expect(output).toContain('firesteel gc 0s');
    expect(checks, output).toMatchObject([{ name: 'cache', state: 'ok' }]);
    expect(code).toBe(0);
  });
});

describe.skipIf(!mayMount)('on a kernel with other settings (needs namespaces)', () => {
  test('control groups that are read-only are a finding', () => {
    const group = path('cgroup');
    const lines = [
      `mkdir -p ${group}`,
      `mount -t cgroup2 none ${group} || mount --bind $(sed -n 's/^cgroup2* \\([^ ]*\\) .*/\\1/p' /proc/mounts | head -1) ${group}`,
      `mount -o remount,bind,ro ${group}`,
    ];
    expect(finding(lines, ['cgroup'])).toMatchObject({
      state: 'missing',
      seen: expect.stringMatching(/cgroup is read-only, and nodes make cgroups there/),
    });
  });

  test('a kernel that is too old is a finding', () => {
    const within = ['setarch', '--uname-2.6'];
    expect(finding([], ['kernel'], { within })).toMatchObject({
      state: 'partial',
      seen: expect.stringMatching(/^Linux 2\.6\..* is too old: nodes need 4\.19 or newer$/),
    });
    expect(finding([], ['kernel'])).toMatchObject({ state: 'ok' });
  });

  test('a limit of open files that is too low is a finding', () =>
    expect(finding(['ulimit -n 512'], ['files'])).toMatchObject({
      state: 'partial',
      seen: 'this shell allows 512 open files, 4096 needed',
    }));

  test('inotify limits that are too low are raised by --fix', () => {
    const sysctl = '/proc/sys/fs/inotify';
    const low = [
      `mount -t tmpfs tmpfs ${sysctl}`,
      `echo 8192 > ${sysctl}/max_user_watches`,
      `echo 128 > ${sysctl}/max_user_instances`,
    ];
    expect(finding(low, ['inotify'])).toMatchObject({
      state: 'partial',
      seen: 'fs.inotify.max_user_watches is 8192, 65536 needed',
    });
    const { checks, code, output } = doctorAfter(low, ['inotify', '--fix', '--yes']);
    expect(checks, output).toMatchObject([{ state: 'ok', seen: 'max_user_watches 65536, max_user_instances 128' }]);
    expect(code).toBe(0);
  });
});

describe.skipIf(process.getuid?.() !== 0 || !can('setpriv', '--bounding-set=-net_admin', 'true'))(
  'root without capabilities, as in a container (needs root)',
  () => {
    test.each([
      ['root', 'sys_admin', 'missing', /^a local cluster needs root, or sudo .* and the right to make namespaces/],
      ['queue', 'net_admin', 'partial', /^this kernel cannot hand connections to a program \(NFQUEUE\)$/],
    ])('fails the check %s without %s', (name, capability, state, seen) =>
      expect(finding([], [name], { within: ['setpriv', `--bounding-set=-${capability}`] })).toMatchObject({
        state,
        seen: expect.stringMatching(seen),
      }),
    );
  },
);

const mayLimit = can(
  'unshare',
  '--user',
  '--map-root-user',
  'sh',
  '-c',
  'echo 1 > /proc/sys/user/max_inotify_instances',
);

test.skipIf(!mayLimit)('instances of inotify that other programs use up are a finding (needs namespaces)', () =>
  expect(
    finding(['echo 0 > /proc/sys/user/max_inotify_instances'], ['inotify'], {
      within: ['unshare', '--user', '--map-root-user'],
    }),
  ).toMatchObject({ state: 'missing', seen: expect.stringContaining('fs.inotify.max_user_instances') }),
);

describe.skipIf(!mayMount)('a laptop with a class (needs namespaces)', () => {
  const battery = [
    'mount -t tmpfs tmpfs /sys/class',
    'mkdir -p /sys/class/power_supply/BAT0',
    'echo Battery > /sys/class/power_supply/BAT0/type',
  ];
  const sleep = (targets: string) => {
    put('bin/systemctl', `#!/bin/sh\necho ${targets}\n`);
    return ['chmod 755 "$BIN/systemctl"', 'PATH="$BIN:$PATH"', ...battery];
  };

  test('that can go to sleep is a finding, and one that cannot is fine', async () => {
    const students = [{ name: 'ada', key: 'ada', shown: 'Ada' }];
    const record = { by: { field: 'name' as const }, students, former: [] };
    await writeFiles([recordFile('class', record), keysFile('class', withNewKeys(students, new Map()))]);
    const words = ['sleep', '--set', 'classroom.door.address=127.0.0.1'];
    const state = (targets: string) => finding(sleep(targets), words, { env: { BIN: path('bin') } });
    expect(state('static')).toMatchObject({ state: 'partial', seen: expect.stringContaining('this laptop sleeps') });
    expect(state('masked')).toMatchObject({ state: 'ok', seen: 'sleep is off' });
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
