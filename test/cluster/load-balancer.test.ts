// The door's load balancer against a real API server, where the test is the cloud: it sets the address and holds the end.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { doorService } from '../../tasks/classroom/door/entrance.ts';
import { balancerSteps } from '../../tasks/classroom/door/load-balancer.ts';
import type { ClassRun } from '../../tasks/classroom/run.ts';
import { clusters } from '../../tasks/clusters/index.ts';
import { removeLoadBalancers } from '../../tasks/clusters/load-balancers.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Context, SingleStep } from '../../tasks/steps/types.ts';
import { seatOf } from '../unit/classroom/door/seats.ts';
import { contextOf } from '../unit/runs/run-context.ts';
import { changingRequests, connect, needControlPlane, patchBySomebody } from './harness.ts';

needControlPlane();

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';
let classes = 0;

/** A new class with two seats, on a cluster whose cloud hands out load balancers. */
async function newClass(...sets: string[]) {
  const name = `lb-${process.pid % 10_000}-${classes++}`;
  const profile = await readProfile('context', [
    ...['context.context=here', 'context.loadBalancers=true', `classroom.name=${name}`, ...sets],
  ]);
  const kube = connect();
  const context: Context = { ...contextOf(kube), profile, cluster: clusters.context };
  const { namespace = '' } = doorService(name);
  const run = { seats: async () => ['ada', 'bob'].map((who, i) => seatOf(who, `203.0.113.7:${8443 + i}`)) };
  const [ask, wait] = balancerSteps(context, run as unknown as ClassRun) as [SingleStep, SingleStep];
  const path = `/api/v1/namespaces/${namespace}/services/door`;
  return { name, namespace, kube, context, ask, wait, path };
}

/** What a cloud does with a new Service of type LoadBalancer. */
async function serve(path: string, ip: string): Promise<void> {
  await patchBySomebody(path, 'merge-patch+json', { metadata: { finalizers: [finalizer] } });
  await patchBySomebody(`${path}/status`, 'merge-patch+json', { status: { loadBalancer: { ingress: [{ ip }] } } });
}

const silent = { line: () => {} };

describe('a load balancer', () => {
  test('is requested with all ports, and its address is seen once the cloud gives it', async () => {
    const { kube, name, context, ask, wait, path } = await newClass();
    await ask.run(context, silent);
    const { spec } = (await kube.get(doorService(name))) as Manifest & { spec: { type: string; ports: object[] } };
    expect(spec.type).toBe('LoadBalancer');
    expect(spec.ports).toMatchObject([{ port: 8443 }, { port: 8444 }]);
    const lines: string[] = [];
    const waiting = wait.run(context, { line: (text) => void lines.push(text) });
    await sleep(300);
    await serve(path, '203.0.113.7');
    await waiting;
    expect(lines).toEqual(['waiting for an address: the cloud has not assigned an address yet', '203.0.113.7']);
  });

  test('that exists is not requested again, whatever the cloud and the server wrote into it', async () => {
    const { context, ask, path, namespace } = await newClass('classroom.door.loadBalancer.sources=[192.0.2.0/24]');
    await ask.run(context, silent);
    await serve(path, '203.0.113.7');
    const before = changingRequests(namespace).length;
    expect(await ask.skip?.(context)).toBe('already up to date');
    expect(changingRequests(namespace)).toHaveLength(before);
  });

  test('is waited for until the cloud has ended it', async () => {
    const { kube, name, context, ask, path } = await newClass();
    await ask.run(context, silent);
    await serve(path, '203.0.113.7');
    let isOver = false;
    // Services of the tests before stay: only this one is of interest.
    const only = { ...kube, list: async () => [(await kube.get(doorService(name))) as Manifest] };
    const ending = removeLoadBalancers.run({ ...context, kube: only }, silent).then(() => {
      isOver = true;
    });
    await sleep(500);
    expect(isOver).toBe(false);
    await patchBySomebody(path, 'merge-patch+json', { metadata: { finalizers: null } });
    await ending;
    expect(await kube.get(doorService(name))).toBeUndefined();
  });
});
