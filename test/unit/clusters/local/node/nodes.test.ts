// The commands that start, connect and end nodes, and how a running one is found.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { destroySteps } from '../../../../../tasks/clusters/local/destroy.ts';
import { hasImages, importCommand, isRuntimeUp } from '../../../../../tasks/clusters/local/images/publish.ts';
import {
  bridgeCommand,
  endCommand,
  findNode,
  hostLinkCommand,
  insideCommand,
  loopbackCommand,
  plugCommands,
  portCommand,
  removeCgroupsCommand,
  removeHostLinkCommand,
  routeCommands,
  startCommand,
  unplugCommand,
} from '../../../../../tasks/clusters/local/node/nodes.ts';
import { projectPath } from '../../../../../tasks/core/paths.ts';
import type { Context, SingleStep } from '../../../../../tasks/steps/types.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { answering, clusterOf, profileWith, routesCommand, startLookalike } from '../fixtures.ts';

ownFolder();
const { layout, first, last } = await clusterOf(3);
const second = layout.nodes[1] ?? last;

/** How a node that does not run is shown, as a dry run does. */
const network = (number: number) => `/proc/PID_OF_local-${number}/root/run/netns/node`;
const on = (number: number, words: string) => ['nsenter', `--net=${network(number)}`, 'ip', ...words.split(' ')];

describe('commands', () => {
  test("a node is started afresh, in namespaces that end with their first process, which gets the host's mounts", () =>
    expect(startCommand(first)).toEqual([
      ...['sh', '-c', 'exec 9< /proc/self/ns/mnt "$@"', 'sh'],
      ...['sh', projectPath('docker', 'node', 'afresh.sh')],
      ...'unshare --mount --pid --uts --ipc --fork --kill-child --mount-proc --propagation private sh'.split(' '),
      projectPath('docker', 'node', 'init.sh'),
      first.folder,
    ]));

  test('a further node is plugged into the bridge of the first', () =>
    expect(plugCommands(first, second)).toEqual([
      on(1, `link add port2 type veth peer name nodes netns ${network(2)}`),
      on(1, 'link set port2 master nodes up'),
      on(2, 'addr add 198.18.7.3/24 dev nodes'),
      on(2, 'link set nodes up'),
    ]));

  test('a node has routes to the pods of every other', () =>
    expect(routeCommands(layout, second)).toEqual([
      on(2, 'route replace 198.19.0.0/19 via 198.18.7.2'),
      on(2, 'route replace 198.19.64.0/19 via 198.18.7.4'),
    ]));

  test.each([
    ['looks for the bridge', bridgeCommand(first), on(1, 'link show nodes')],
    ['looks for a network', loopbackCommand(second), on(2, 'link show lo')],
    ['looks for a port of the bridge', portCommand(first, second), on(1, 'link show port2')],
    ['removes a link into nowhere', unplugCommand(second), on(2, 'link delete nodes')],
    ['looks for the link outside', hostLinkCommand(layout), 'ip link show fs-local'.split(' ')],
    ['removes the link outside', removeHostLinkCommand(layout), 'ip link delete fs-local'.split(' ')],
    ['ends a node', endCommand({ outer: 4242, init: 4243 }), ['kill', '-KILL', '4242']],
    [
      'removes cgroups',
      removeCgroupsCommand(second),
      ['sh', projectPath('docker', 'node', 'remove-cgroups.sh'), 'firesteel/local-2'],
    ],
    [
      'runs something inside',
      insideCommand(second, ['ls', '/run']),
      ['nsenter', '--target=PID_OF_local-2', '--mount', '--', 'ls', '/run'],
    ],
    [
      'imports an image',
      importCommand(second, '/cache/spark.tar', 'overlayfs'),
      [
        ...['sh', '-c', 'exec "$@" < "$0"', '/cache/spark.tar'],
        ...'nsenter --target=PID_OF_local-2 --mount -- /run/bin/ctr --namespace=k8s.io'.split(' '),
        ...'images import --local --snapshotter=overlayfs -'.split(' '),
      ],
    ],
  ])('%s', (_, command, expected) => expect(command).toEqual(expected));
});

describe.skipIf(process.platform !== 'linux')('a running node', () => {
  test('is found by its command line, and a stranger is not', async () => {
    expect(findNode(second)).toBeUndefined();
    const { child, end } = await startLookalike(second);
    try {
      const found = findNode(second);
      expect(found?.outer).toBe(child.pid);
      expect(found?.init).toBeGreaterThan(1);
      expect(insideCommand(second, ['true'])[1]).toBe(`--target=${found?.init}`);
      expect(findNode(last)).toBeUndefined();
      expect(findNode({ ...second, folder: `${second.folder}0` })).toBeUndefined();
    } finally {
      await end();
    }
    expect(findNode(second)).toBeUndefined();
  });

  test.skipIf(process.getuid?.() !== 0)('is none where another user starts it (needs root)', async () => {
    const stranger = spawn('setpriv', [
      ...['--reuid=65534', '--regid=65534', '--clear-groups'],
      ...['bash', '-c', 'exec -a unshare sh -c "sleep 60 & wait" "$0"', second.folder],
    ]);
    onTestFinished(() => void stranger.kill());
    const named = () => readFileSync(`/proc/${stranger.pid}/cmdline`, 'utf8').split('\0');
    await expect.poll(() => named()[0]).toBe('unshare');
    expect(named().at(-2)).toBe(second.folder);
    expect(findNode(second)).toBeUndefined();
  });
});

describe('an image', () => {
  test.each([
    ['spark:4.3.0-0123456789ab', 'docker.io/library/spark:4.3.0-0123456789ab'],
    ['me/spark:1', 'docker.io/me/spark:1'],
    ['quay.io/me/spark:1', 'quay.io/me/spark:1'],
    ['registry:5000/spark:1', 'registry:5000/spark:1'],
    ['localhost/spark:1', 'localhost/spark:1'],
    ['firesteel.dev/pause:1', 'firesteel.dev/pause:1'],
  ])('%s is known to the node as %s', async (image, full) => {
    const ask = `nsenter --target=PID_OF_local-1 --mount -- /run/bin/ctr --namespace=k8s.io images check --quiet --snapshotter=overlayfs name==${full}`;
    expect(await hasImages(first, [image], answering({ [ask]: `${full}\n` }))).toBe(true);
    expect(await hasImages(first, [image], answering({ [ask]: '\n' }))).toBe(false);
  });

  test('is not there if another one is', async () => {
    const ask =
      'nsenter --target=PID_OF_local-1 --mount -- /run/bin/ctr --namespace=k8s.io images check --quiet --snapshotter=overlayfs name==docker.io/library/one:1 name==docker.io/library/two:1';
    expect(await hasImages(first, ['one:1', 'two:1'], answering({ [ask]: 'docker.io/library/two:1\n' }))).toBe(false);
  });

  test('is not there where the runtime does not answer', async () => {
    expect(await hasImages(first, ['spark:1'], answering({}))).toBe(false);
    expect(await isRuntimeUp(first, answering({}))).toBe(false);
  });
});

test('nothing is removed from a missing cluster', async () => {
  const steps = destroySteps(await profileWith()) as SingleStep[];
  const context = { read: answering({ [routesCommand]: '[]' }) } as unknown as Context;
  const reasons = await Promise.all(steps.map((step) => step.skip?.(context)));
  expect(reasons).toEqual(['not running', 'nothing to remove', undefined, 'nothing to remove']);
});
