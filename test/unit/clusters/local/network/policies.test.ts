// Enforcement of NetworkPolicies: the rules of a node, when it has them, and how it is seen that they work.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  enforcementNotes,
  isEnforcing,
  lackIn,
  localEnforcement,
  policyRules,
  whyNotEnforced,
} from '../../../../../tasks/clusters/local/network/policies.ts';
import { componentsOf } from '../../../../../tasks/clusters/local/node/components.ts';
import { configurationFiles } from '../../../../../tasks/clusters/local/node/configuration.ts';
import type { Exec } from '../../../../../tasks/core/types.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { abilities, clusterOf, profileWith, startLookalike } from '../fixtures.ts';

const data = ownFolder();
const { layout, first, last } = await clusterOf(2);
const profile = await profileWith('local.nodes=2');

const fails: Exec = async () => {
  throw new Error('iptables-restore: line 6 failed');
};
const takes: Exec = async () => '';

describe('the rules of a node', () => {
  const rules = policyRules('198.19.0.0/17').split('\n');
  const place = (part: string) => rules.findIndex((rule) => rule.includes(part));

  test('hand new connections from pods, to pods, and from pods to their node to the enforcer', () =>
    expect(
      rules.filter((rule) => rule.endsWith('-j NFQUEUE --queue-num 100')).map((rule) => rule.slice(0, 35)),
    ).toEqual([
      expect.stringContaining('-A POSTROUTING -s 198.19.0.0/17'),
      expect.stringContaining('-A POSTROUTING -d 198.19.0.0/17'),
      expect.stringContaining('-A INPUT -s 198.19.0.0/17'),
    ]));

  test('let nothing through while nobody answers', () => expect(rules.join('\n')).not.toContain('bypass'));

  test('leave connections that exist alone, before they count new ones', () =>
    expect(place('ESTABLISHED')).toBeLessThan(place('hashlimit')));
});

describe('a node', () => {
  const enforcerOf = (enforces: boolean) =>
    componentsOf(layout, last, { enforces }).find(({ name }) => name === 'kube-network-policies');
  const contentOf = (enforces: boolean, name: string) =>
    configurationFiles(profile, layout, { ...abilities, enforces }).find(
      ({ path }) => path === join(first.folder, 'config', name),
    )?.content;
  test('runs the enforcer closed, silent, and with the API server of the first node', () => {
    expect(enforcerOf(true)?.command).toEqual(
      expect.arrayContaining(['--hostname-override=local-2', '--nfqueue-id=100', '--fail-open=false', '--v=0']),
    );
    expect(enforcerOf(true)?.env).toEqual({ KUBERNETES_SERVICE_HOST: '198.18.7.2', KUBERNETES_SERVICE_PORT: '6443' });
  });

  test('starts the enforcer again when containerd has ended, for pods that start then', () => {
    const onEnd = (enforces: boolean) =>
      componentsOf(layout, last, { enforces }).find(({ name }) => name === 'containerd')?.onEnd;
    expect(onEnd(true)).toBe('rm -f /run/nri/nri.sock\ns6-svc -r ../kube-network-policies');
    expect(onEnd(false)).toBeUndefined();
  });

  test('has the rules that its settings name', () => {
    expect(contentOf(true, 'network-policies.rules')).toBe(policyRules('198.19.0.0/17'));
    expect(contentOf(true, 'node.env')).toContain("NETWORK_POLICIES='/run/node/config/network-policies.rules'\n");
  });

  test('has neither rules nor enforcer if it does not enforce', () => {
    expect(enforcerOf(false)).toBeUndefined();
    expect(contentOf(false, 'network-policies.rules')).toBeUndefined();
    expect(contentOf(false, 'node.env')).toContain("NETWORK_POLICIES=''\n");
  });

  test('is known by its settings', () => {
    mkdirSync(join(first.folder, 'config'), { recursive: true });
    const answers = [undefined, `${contentOf(true, 'node.env')}`, `${contentOf(false, 'node.env')}`, 'OTHER=1\n'].map(
      (text) => {
        if (text !== undefined) writeFileSync(join(first.folder, 'config', 'node.env'), text);
        return isEnforcing(first);
      },
    );
    expect(answers).toEqual([true, true, false, false]);
  });
});

describe('policies are not enforced', () => {
  const why = async (read: Exec, ...sets: string[]) => whyNotEnforced(await profileWith(...sets), layout, read);

  test('if the profile says so', async () => {
    expect(await why(takes, 'local.networkPolicies=false')).toBe('local.networkPolicies is false');
    expect(await enforcementNotes(await profileWith('local.networkPolicies=false'), layout, takes)).toEqual([]);
  });

  test('if a folder of programs lacks the enforcer, and deploy says so', async () => {
    const set = `local.binaries=${data}`;
    expect(await why(takes, set)).toBe(`local.binaries: ${data} has no kube-network-policies`);
    expect(await enforcementNotes(await profileWith(set), layout, takes)).toEqual([
      `NetworkPolicies are not enforced: local.binaries: ${data} has no kube-network-policies.`,
    ]);
  });

  test('if the kernel does not accept the rules, and are enforced if it does', async () => {
    expect(await why(fails)).toBe('this kernel cannot hand connections to a program (NFQUEUE)');
    expect(await why(takes)).toBeUndefined();
  });
});

describe('a look at a node', () => {
  const rules = policyRules('198.19.0.0/17');
  const queue = '  100  32567     0 2 65535     0     0        8  1\n';

  test.each([
    ['rules and a program that answers', rules + queue, undefined],
    ['rules and nobody at the queue', rules, { verdict: 'not known', why: 'kube-network-policies does not answer' }],
    [
      'rules and a program at another queue',
      rules + queue.replace('100', '101'),
      { verdict: 'not known', why: 'kube-network-policies does not answer' },
    ],
    ['a program and no rules', queue, { verdict: 'not enforced', why: 'no rules send packets to the enforcer' }],
    [
      'a program and only some of the rules',
      rules.replace('-A INPUT', '#').replace('--queue-num 100\nCOMMIT', '') + queue,
      { verdict: 'not enforced', why: 'no rules send packets to the enforcer' },
    ],
  ])('sees %s', (_, seen, lack) => expect(lackIn(seen)).toEqual(lack));
});

describe.skipIf(process.platform !== 'linux')('the nodes of a cluster', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  const seen = `${policyRules('198.19.0.0/17')}  100  7     0 2 65535     0     0        8  1\n`;
  const look = async (read: Exec) => localEnforcement(await profileWith('local.nodes=2'), layout, read);

  test('that do not run are not known to enforce', async () =>
    expect(await look(takes)).toEqual({ verdict: 'not known', why: 'no node is running' }));

  test('that all have rules and an answering program enforce', async () => {
    for (const node of layout.nodes) ends.push((await startLookalike(node)).end);
    expect(await look(async () => seen)).toEqual({ verdict: 'enforced' });
    expect(await look(fails)).toEqual({ verdict: 'not known', why: 'local-1: cannot read the network of the node' });
  });
});
