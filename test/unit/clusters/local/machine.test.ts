// What about a machine keeps nodes from running, found in what it says of itself.
import { describe, expect, test } from 'vitest';
import {
  cgroupProblems,
  executionProblems,
  isLinkUp,
  kernelLogProblems,
  routeProblems,
  spaceProblems,
} from '../../../../tasks/clusters/local/machine.ts';
import { hiddenProcesses } from '../../../../tasks/clusters/local/node/nodes.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import { ownFolder } from '../../../own-folder.ts';
import { answering, clusterOf } from './fixtures.ts';

ownFolder();
const { layout } = await clusterOf(1);

describe('cgroups', () => {
  const v1 =
    'tmpfs /sys/fs/cgroup tmpfs ro,mode=755 0 0\ncgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\ncgroup /sys/fs/cgroup/all cgroup rw,memory,pids 0 0\n';
  const v2 = 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n';

  test.each([
    ['of version 1 that can be written to, in a folder that cannot', v1],
    ['of version 2 that can be written to', v2],
    ['that were closed and are open now', `cgroup /sys/fs/cgroup/cpu cgroup ro,cpu 0 0\n${v1}`],
  ])('%s are no problem', (_, mounts) =>
    expect(cgroupProblems(mounts, mounts === v2 ? 'cpuset cpu io memory pids\n' : '')).toEqual([]),
  );

  test.each([
    ['that are not there', 'proc /proc proc rw 0 0\n', '', /^no control groups are mounted/],
    ['without memory', v2, 'cpuset cpu io pids\n', /^control groups lack memory, .* cgroup_enable=memory, or use/],
    ['without any controller', v2, '', /^control groups lack cpu, memory, pids/],
  ])('%s are named, with a cure', (_, mounts, unified, problem) =>
    expect(cgroupProblems(mounts, unified)).toEqual([expect.stringMatching(problem)]),
  );

  test.each([
    ['of version 2', 'cgroup2 /sys/fs/cgroup cgroup2 ro,nosuid 0 0\n', '/sys/fs/cgroup'],
    ['of version 1', `${v1}cgroup /sys/fs/cgroup/blkio cgroup ro,blkio 0 0\n`, '/sys/fs/cgroup/blkio'],
  ])('%s that are read-only are named, with a cure', (_, mounts, place) =>
    expect(cgroupProblems(mounts)).toEqual([
      `${place} is read-only, and nodes make cgroups there: mount it read-write, or use --profile context with an existing cluster`,
    ]),
  );
});

describe('programs of nodes', () => {
  const folders = { folder: '/home/ada/data', binaries: '/nowhere/cache' };

  test.each([
    ['that may run', '/dev/a / ext4 rw 0 0\n', []],
    ['beside a mount that lets none run', '/dev/a / ext4 rw 0 0\n/dev/b /nowhere-else ext4 noexec 0 0\n', []],
    ['below a mount that lets none run', '/dev/a / ext4 rw,noexec 0 0\n', ['XDG_DATA_HOME', 'XDG_CACHE_HOME']],
    ['on a mount that covers one', '/dev/a / ext4 rw,noexec 0 0\n/dev/b / ext4 rw 0 0\n', []],
  ])('%s', (_, mounts, variables) =>
    expect(executionProblems(folders, mounts)).toEqual(
      variables.map((name) => expect.stringMatching(`^/.* is mounted with noexec, .* set ${name} to`)),
    ),
  );

  test('that lack the kernel log are named, with a cure', () => {
    expect(kernelLogProblems('/dev/null')).toEqual([]);
    expect(kernelLogProblems('/nowhere/kmsg')).toEqual([expect.stringMatching(/^\/nowhere\/kmsg does not exist/)]);
  });
});

describe('a disk', () => {
  const gibibyte = 2 ** 30;
  const disk = { path: '/data', size: 100 * gibibyte, free: 50 * gibibyte, files: 1_000_000, freeFiles: 500_000 };

  test.each([
    ['has enough of everything', {}],
    ['does not count its files', { files: 0, freeFiles: 0 }],
  ])('that %s is no problem', (_, some) => expect(spaceProblems('/data/own', { ...disk, ...some })).toEqual([]));

  test.each([
    [
      'has less than a cluster takes',
      { size: 0.1 * gibibyte, free: 0.08 * gibibyte },
      '/data has 82 MiB free, a cluster needs 1025 MiB: ',
    ],
    [
      'is so large that kubelets want more',
      { size: 2000 * gibibyte, free: 15 * gibibyte },
      '/data has 15360 MiB free, a cluster needs 21504 MiB: ',
    ],
    ['has no room for files', { freeFiles: 29_000 }, '/data has room for 29000 files, a cluster needs 30000: '],
  ])('that %s is named, with a cure', (_, some, problem) => {
    const found = spaceProblems('/data/own', { ...disk, ...some });
    expect(found).toEqual([
      `${problem}free disk space: firesteel gc 0s --cache; or set XDG_DATA_HOME to a folder on another disk`,
    ]);
  });
});

describe('the way to the API server', () => {
  const routed = (route: object) =>
    routeProblems(layout, answering({ 'ip -json route get 198.18.7.2': JSON.stringify([route]) }));

  test('is the link of the cluster', async () => expect(await routed({ dev: 'fs-local' })).toEqual([]));

  test('may be taken by a rule, and another rule gives it back', async () =>
    expect(await routed({ dev: 'tailscale0', table: '52' })).toEqual([
      'packets to 198.18.7.2 leave by tailscale0, because a rule of this machine uses routing table 52 first; override that rule: ip rule add to 198.18.7.0/24 lookup main priority 100',
    ]));

  test('may be taken by a nearer route, and another network is free', async () =>
    expect(await routed({ dev: 'tun0' })).toEqual([
      'packets to 198.18.7.2 leave by tun0, because this machine has a more specific route: destroy the cluster and set local.nodeNetwork to another network',
    ]));

  test.each(['No route to host', 'Invalid argument', 'Permission denied'])(
    'may be stopped by a rule: %s',
    async (words) => {
      const stopping = () =>
        Promise.reject(new Failure('ip route get: exit code 2', { output: `RTNETLINK answers: ${words}` }));
      expect(await routeProblems(layout, stopping)).toEqual([
        `packets to 198.18.7.2 go nowhere (${words}), because a rule or a route of this machine stops them, as a VPN sets one; override it: ip rule add to 198.18.7.0/24 lookup main priority 100`,
      ]);
    },
  );

  test('is not known where the kernel knows none', async () =>
    expect(await routeProblems(layout, answering({}))).toEqual([]));

  test.skipIf(process.platform !== 'linux')('is looked up once the link is up', () => {
    expect(isLinkUp({ ...layout, hostLink: 'lo' })).toBe(true);
    expect(isLinkUp({ ...layout, hostLink: 'fs-none' })).toBe(false);
  });
});

describe('processes of root', () => {
  const user = { uid: 1000, groups: [1000] };
  const proc = (options: string) => `proc /proc proc rw,nosuid${options} 0 0\n`;

  test.each([
    ['a machine that hides none', proc(''), user],
    ['hidepid=0', proc(',hidepid=0'), user],
    ['hidepid=off', proc(',hidepid=off'), user],
    ['root', proc(',hidepid=2'), { uid: 0, groups: [0] }],
    ['a group that is let in', proc(',gid=1000,hidepid=invisible'), user],
    ['a mount above the one that hides them', proc(',hidepid=2') + proc(''), user],
  ])('are seen by or on %s', (_, mounts, who) => expect(hiddenProcesses(mounts, who)).toBeUndefined());

  test.each(['1', '2', '4', 'noaccess', 'invisible', 'ptraceable'])('are not seen with hidepid=%s', (value) =>
    expect(hiddenProcesses(proc(`,hidepid=${value}`), user)).toBe(
      `/proc hides the processes of root from you (hidepid=${value}), and nodes are such processes: run firesteel as root`,
    ),
  );
});
