// One pod of CoreDNS in every state in which it is met, and what that is taken for.
import { expect, test } from 'vitest';
import type { ContainerStatus, CorednsPod } from '../../../tasks/coredns/objects.ts';
import { judge, type LastWords, needsLastWords } from '../../../tasks/coredns/verdict.ts';

const fresh: ContainerStatus = { name: 'coredns', image: '', imageID: '', ready: false, restartCount: 0 };

const pod = (container?: Partial<ContainerStatus>, phase = 'Running'): CorednsPod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'coredns-1' },
  spec: { containers: [] },
  status: {
    phase,
    ...(container
      ? {
          containerStatuses: [
            { ...fresh, name: 'sidecar', ready: true, state: { running: { startedAt: '' } } },
            { ...fresh, ...container },
          ],
        }
      : { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }] }),
  },
});

const running = { running: { startedAt: '2026-01-02T03:04:05Z' } };
const failed = { terminated: { exitCode: 1 } };
const backOff = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } };
const loopLine = '[FATAL] plugin/loop: Loop (127.0.0.1:5 -> :53) detected for zone ".", see';
const loop = { is: 'loop', loop: { from: '127.0.0.1:5', to: ':53', zone: '.' } };
const says = (previous: string[] | string, current: string[] | string = []): LastWords => ({ previous, current });

const up = { ready: true, state: running };
const crashed = { restartCount: 1, state: backOff, lastState: failed };

test.each<[string, CorednsPod, number | undefined, LastWords | undefined, object]>([
  ['up for long', pod(up), 11, undefined, { is: 'settled' }],
  [
    'just up',
    pod(up),
    2,
    undefined,
    { is: 'fresh', seen: 'Pod coredns-1 has been up for 2 s; a loop shows within 10 s' },
  ],
  ['a crash long ago', pod({ ...up, restartCount: 4, lastState: failed }), 31, says([loopLine]), { is: 'settled' }],
  ['back off after a loop', pod(crashed), undefined, says([loopLine]), loop],
  ['the first crash by a loop', pod({ state: failed }), undefined, says('no previous start', [loopLine]), loop],
  [
    'ready for a moment between two loops',
    pod({ ...up, restartCount: 1, lastState: failed }),
    2,
    says([loopLine]),
    loop,
  ],
  [
    'up for some time after a loop',
    pod({ ...up, restartCount: 1, lastState: failed }),
    12,
    says([loopLine]),
    { is: 'absent', seen: 'Pod coredns-1 has been up for 12 s after a loop' },
  ],
  [
    'crashing otherwise',
    pod(crashed),
    undefined,
    says(["Corefile:4 - Error during parsing: Unknown directive 'x'", 'maxprocs: Leaving GOMAXPROCS=2', '']),
    { is: 'crash', line: "Corefile:4 - Error during parsing: Unknown directive 'x'" },
  ],
  [
    'crashing with a log that cannot be read, so perhaps by a loop',
    pod(crashed),
    undefined,
    says('container not found', ['.:53']),
    { is: 'absent', seen: 'Pod coredns-1 crashes, and its log cannot be read: container not found' },
  ],
  ['crashing in silence', pod(crashed), undefined, says([], []), { is: 'crash', line: 'its log is empty' }],
  [
    'crashing otherwise for the third time',
    pod({ state: failed, restartCount: 2 }),
    undefined,
    says(['bye']),
    { is: 'crash', line: 'bye' },
  ],
  [
    'crashed once, as with its node',
    pod({ state: backOff, lastState: { terminated: { exitCode: 255 } } }),
    undefined,
    says(['killed']),
    { is: 'absent', seen: 'Pod coredns-1 waits: CrashLoopBackOff: back-off 10s' },
  ],
  [
    'up again after its node restarted',
    pod({ ...up, restartCount: 1, lastState: { terminated: { exitCode: 255 } } }),
    11,
    says(['killed']),
    { is: 'settled' },
  ],
  [
    'ended in good order',
    pod({ state: running, restartCount: 1, lastState: { terminated: { exitCode: 0 } } }),
    undefined,
    undefined,
    { is: 'absent', seen: 'Pod coredns-1 is not ready' },
  ],
  [
    'without its image',
    pod({ state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } }, 'Pending'),
    undefined,
    undefined,
    { is: 'absent', seen: 'Pod coredns-1 waits: ImagePullBackOff: no such image' },
  ],
  [
    'without a node',
    pod(undefined, 'Pending'),
    undefined,
    undefined,
    { is: 'absent', seen: 'Pod coredns-1 is Pending: 0/1 nodes are available' },
  ],
])('%s', (_, given, upSeconds, words, verdict) => {
  expect(judge(given, upSeconds, words)).toEqual(verdict);
});

test.each([
  ['settled after a crash', pod({ ...up, lastState: failed }), 31, false],
  ['up after a crash', pod({ ...up, lastState: failed }), 29, true],
  ['up', pod(up), 1, false],
  ['crashed', pod(crashed), undefined, true],
] as const)('whether the log of one %s has to be read', (_, given, upSeconds, needed) =>
  expect(needsLastWords(given, upSeconds)).toBe(needed),
);
