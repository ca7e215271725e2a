// doctor as users run it, on machines made broken: in namespaces with small disks, closed cgroups, another kernel, a battery.
import { describe, expect, test } from 'vitest';
import { keysFile, recordFile } from '../../../tasks/classroom/folder.ts';
import { withNewKeys } from '../../../tasks/classroom/keys.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { can, doctorAfter, finding, mayMount } from '../../doctor-in-namespace.ts';
import { ownFiles } from '../own-files.ts';

const { path, put } = ownFiles({ XDG_CACHE_HOME: 'cache', XDG_DATA_HOME: 'data' });

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

  test('a folder that lets no program run is a finding', () => {
    const place = path('closed');
    expect(finding(small(place, '8m,noexec'), ['noexec'], { env: { XDG_DATA_HOME: place } })).toMatchObject({
      state: 'missing',
      seen: expect.stringMatching(/closed is mounted with noexec, .* set XDG_DATA_HOME to/),
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
    expect(output).toContain('firesteel gc 0s --cache');
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
