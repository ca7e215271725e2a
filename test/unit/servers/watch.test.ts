// What the user of a forwarded server hears of its pod.
import { expect, test } from 'vitest';
import { newsOfPod, watchServer } from '../../../tasks/servers/watch.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';

test.each([
  ['a', 'a', undefined],
  ['a', undefined, 'lost a and its kernels: waiting for another pod'],
  ['a', 'b', 'lost a and its kernels: b runs'],
  [undefined, 'b', 'b runs: kernels of the previous pod are lost'],
])('pod %s, then %s: %s', (before, now, news) => expect(newsOfPod(before, now, 'kernels')).toBe(news));

test('a server that was removed ends the watch', async () => {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ada', namespace: 'spark' };
  const watched = { title: 'notebook server ada', deployment, selector: 'a=b', contents: 'kernels' };
  const { signal } = new AbortController();
  await expect(watchServer({ kube: memoryKube([]).kube, signal }, watched, () => {})).rejects.toThrow(
    'notebook server ada was removed',
  );
});
