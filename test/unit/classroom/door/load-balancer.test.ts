// The door behind a load balancer of a cloud: which ports it has, where it is, what it costs, and the record that leads to it.
import { describe, expect, test } from 'vitest';
import { doorTarget } from '../../../../tasks/classroom/door/cluster.ts';
import { doorEntrance, serviceFor } from '../../../../tasks/classroom/door/entrance.ts';
import {
  balancerCosts,
  balancerSteps,
  recordAdvice,
  recordLine,
  waitForAddress,
} from '../../../../tasks/classroom/door/load-balancer.ts';
import { zonesAbove } from '../../../../tasks/classroom/door/lookups.ts';
import type { ClassRun } from '../../../../tasks/classroom/run.ts';
import { clusters } from '../../../../tasks/clusters/index.ts';
import { removeLoadBalancers } from '../../../../tasks/clusters/load-balancers.ts';
import { managedBy } from '../../../../tasks/kube/render.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { contextOf } from '../../runs/run-context.ts';
import { seatOf } from './seats.ts';

const cloud = ['context.context=somewhere', 'context.loadBalancers=true'];

async function contextFor(objects: Manifest[], name: string, ...sets: string[]): Promise<Context> {
  const profile = await readProfile(name, sets);
  return { ...contextOf(memoryKube(objects).kube), profile, cluster: clusters[profile.cluster] };
}

const service = (ingress: object[], type = 'LoadBalancer'): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'door', namespace: 'class-class', labels: managedBy },
  spec: { type, ports: [{ port: 443, nodePort: 31443 }] },
  status: { loadBalancer: { ingress } },
});

const hosts = (...names: string[]) => names.map((host, i) => seatOf(`student-${i}`, host));

describe('the service of the door', () => {
  test('is a port of the nodes on clusters without load balancers', async () => {
    const seats = hosts('192.0.2.1:8443');
    expect(serviceFor(await contextFor([], 'local'), seats)).toEqual({ type: 'NodePort' });
    expect(serviceFor(await contextFor([], 'context', cloud[0] ?? ''), seats)).toEqual({ type: 'NodePort' });
  });

  test('has a port for each seat without a domain, and one for all with it', async () => {
    const context = await contextFor([], 'context', ...cloud);
    // Also where the last student has left.
    expect(serviceFor(context, [])).toMatchObject({ ports: [expect.any(Number)] });
    expect(serviceFor(context, hosts('203.0.113.7:8444', '203.0.113.7:8443'))).toEqual({
      type: 'LoadBalancer',
      ports: [8443, 8444],
    });
    expect(serviceFor(context, hosts('a.class.example.org', 'b.class.example.org'))).toMatchObject({ ports: [443] });
  });

  test('takes the networks and the address of the profile', async () => {
    const own = ['sources=[192.0.2.0/24]', 'address=203.0.113.7'].map((set) => `classroom.door.loadBalancer.${set}`);
    const context = await contextFor([], 'context', ...cloud, ...own);
    expect(serviceFor(context, hosts('a.example.org'))).toMatchObject({
      sourceRanges: ['192.0.2.0/24'],
      address: '203.0.113.7',
    });
  });
});

describe('students find the door', () => {
  const domain = 'classroom.door.domain=class.example.org';

  test.each([
    ['at the address of the load balancer', [{ ip: '203.0.113.7' }], '203.0.113.7'],
    ['at its name', [{ hostname: 'lb.example.net' }], 'lb.example.net'],
    ['nowhere as long as the cloud has none', [], 'not-known-yet.invalid'],
  ])('%s', async (_, ingress, address) =>
    expect(await doorEntrance(await contextFor([service(ingress)], 'context', ...cloud), undefined)).toEqual({
      address,
      port: 8443,
    }),
  );

  test('at the port of the web with a domain, unless the profile has another', async () => {
    const objects = [service([{ ip: '203.0.113.7' }])];
    const port = async (...sets: string[]) =>
      (await doorEntrance(await contextFor(objects, 'context', ...cloud, ...sets), undefined)).port;
    expect(await port(domain)).toBe(443);
    expect(await port(domain, 'classroom.door.port=8443')).toBe(8443);
  });

  test('at this machine elsewhere', async () =>
    expect(await doorEntrance(await contextFor([], 'local', domain), '192.0.2.1')).toEqual({
      address: '192.0.2.1',
      port: 8443,
    }));
});

test('the teacher’s own requests take the load balancer, too, and no node', async () => {
  const { kube } = memoryKube([service([{ ip: '203.0.113.7' }])]);
  expect(await doorTarget(kube, 'class-class')).toEqual({ host: '203.0.113.7', port: 443 });
  await expect(doorTarget(memoryKube([service([])]).kube, 'class-class')).rejects.toThrow(
    'the load balancer of the door has no address yet',
  );
});

describe('what it costs is shown', () => {
  test.each([
    [
      'gke',
      ['gke.project=spark-kubernetes-224613'],
      /^a load balancer for the door of the class, about 0\.03 USD an hour, 18 USD a month/,
    ],
    ['digitalocean', [], /^a load balancer for the door of the class, about \$0\.02 an hour, \$12 a month/],
    ['context', cloud, /^a load balancer for the door of the class, at the price of the cluster’s cloud$/],
  ])('before it is made by %s', async (name, sets, line) =>
    expect(await balancerCosts(await contextFor([], name, ...sets))).toEqual([expect.stringMatching(line)]),
  );

  test('never for an existing load balancer, or on a cluster without a cloud', async () => {
    expect(await balancerCosts(await contextFor([service([])], 'context', ...cloud))).toEqual([]);
    expect(await balancerCosts(await contextFor([], 'local'))).toEqual([]);
  });
});

describe('the address', () => {
  const event = (message: string, lastTimestamp: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: lastTimestamp, namespace: 'class-class' },
    type: 'Warning',
    message,
    lastTimestamp,
  });

  test('is waited for, and shows what the cloud says', async () => {
    const lines: string[] = [];
    const objects = [
      service([]),
      event('quota is used up', '2026-11-29T08:00:00Z'),
      event('older', '2026-11-28T08:00:00Z'),
    ];
    const context = await contextFor(objects, 'context', ...cloud);
    const line = (text: string) => {
      lines.push(text);
      objects[0] = service([{ ip: '203.0.113.7' }]);
    };
    await waitForAddress.run(context, { line });
    expect(lines).toEqual(['waiting for an address: quota is used up', '203.0.113.7']);
  });

  test('of a class without a door is waited for by nobody', async () =>
    expect(waitForAddress.run(await contextFor([], 'context', ...cloud), { line: () => {} })).rejects.toMatchObject({
      message: 'the class has no door',
      hint: 'open the door: firesteel classroom apply',
    }));

  test('is in no list of steps on clusters without load balancers', async () => {
    expect(balancerSteps(await contextFor([], 'local'), {} as ClassRun)).toEqual([]);
    const titles = (steps: SingleStep[]) => steps.map(({ title }) => title);
    const context = await contextFor([], 'context', ...cloud, 'classroom.door.domain=class.example.org');
    expect(titles(balancerSteps(context, {} as ClassRun))).toEqual([
      'Request a load balancer',
      'Wait for the address of the load balancer',
      'Look for the DNS record of the class',
    ]);
  });
});

describe('the record of a domain', () => {
  test.each([
    ['203.0.113.7', '*.class.example.org A 203.0.113.7'],
    ['2001:db8::7', '*.class.example.org AAAA 2001:db8::7'],
    ['lb.example.net', '*.class.example.org CNAME lb.example.net'],
  ])('for %s is %s', (address, record) => expect(recordLine('class.example.org', address)).toBe(record));

  test('is requested if it is missing, changed if it points elsewhere, and else left unchanged', () => {
    const record = recordLine('class.example.org', '203.0.113.7');
    const advice = (found: string[]) => recordAdvice(record, ['203.0.113.7'], found);
    expect(advice([])).toBe(`create this DNS record: ${record}`);
    expect(advice(['203.0.113.7'])).toBeUndefined();
    expect(advice(['198.51.100.1'])).toBe(`change this DNS record: ${record} (now it points to 198.51.100.1)`);
    expect(advice(['203.0.113.7', '198.51.100.1'])).toContain('change this DNS record');
  });

  test.each([
    ['class.example.org', ['example.org']],
    ['a.b.example.ac.uk', ['b.example.ac.uk', 'example.ac.uk', 'ac.uk']],
    ['example.org', ['example.org']],
  ])('of %s is asked of the servers above', (domain, zones) => expect(zonesAbove(domain)).toEqual(zones));
});

describe('the end of a cluster', () => {
  const other = { ...service([]), metadata: { name: 'web', namespace: 'shop' } };

  test('waits for load balancers of ours, and leaves those of others alone', async () => {
    const { kube, changes } = memoryKube([service([]), other]);
    const context = { ...contextOf(kube) };
    expect(await removeLoadBalancers.skip?.(context)).toBe(false);
    await removeLoadBalancers.run(context, { line: () => {} });
    expect(changes).toEqual(['remove Service door']);
    expect(await removeLoadBalancers.skip?.(context)).toBe('none');
  });

  test('continues if the cluster does not answer', async () => {
    const list = async () => {
      throw new Error('no route');
    };
    const { kube } = memoryKube([]);
    expect(await removeLoadBalancers.skip?.(contextOf({ ...kube, list }))).toBe('unknown: the cluster does not answer');
  });

  test.each(['gke', 'digitalocean'])('of %s removes load balancers before the cluster', async (name) => {
    const profile = await readProfile(name, name === 'gke' ? ['gke.project=spark-kubernetes-224613'] : []);
    const titles = clusters[profile.cluster].down(profile).map(({ title }) => title);
    expect(titles.indexOf('Remove load balancers')).toBeGreaterThanOrEqual(0);
    expect(titles.indexOf('Remove load balancers')).toBeLessThan(
      titles.findIndex((title) => title.startsWith('Delete')),
    );
  });
});
