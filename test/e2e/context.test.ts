// A cluster that firesteel did not make, by a kubeconfig that it did not write: as administrator of one namespace, and as less.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../tasks/core/wait.ts';
import { readYaml } from '../../tasks/core/yaml.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { ourSelector } from '../../tasks/kube/render.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { changingRequests } from '../audit-log.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

/** Where people have their accounts, and where they work. */
const people = 'people';
const namespace = 'team';

/** A person of the cluster, with a ClusterRole in the one namespace. */
const grants = { ada: 'admin', ben: 'view', cleo: 'edit' };

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
}

suite(`a cluster of someone else${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const theirs = box.profile('theirs', 'namespace: elsewhere\n');
  const folder = join(box.data, 'firesteel', 'clusters', 'theirs');
  const kubeconfig = join(box.data, 'someone-else.yaml');
  const { signal } = new AbortController();
  const admin: Kube = connectKube(() => ({ path: join(folder, 'kubeconfig'), context: 'theirs' }), signal);

  const profileOf = (context: string, further = '') =>
    box.profile(
      `as-${context}`,
      `cluster: context\nnamespace: ${namespace}\ncontext:\n  context: ${context}\n  kubeconfig: ${kubeconfig}\n${further}`,
    );

  /** Made by hand: the account, what it may do, and a token that does not end. */
  async function addPerson(name: string, clusterRole: string): Promise<string> {
    const metadata = { name, namespace: people };
    await admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    await admin.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
      subjects: [{ kind: 'ServiceAccount', name, namespace: people }],
    });
    await admin.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...metadata, annotations: { 'kubernetes.io/service-account.name': name } },
      type: 'kubernetes.io/service-account-token',
    });
    return until<string>({
      for: `token of ${name}`,
      seconds: 30,
      signal,
      probe: async () => {
        const secret = await admin.get({ apiVersion: 'v1', kind: 'Secret', name, namespace: people });
        const token = (secret?.['data'] as { token?: string } | undefined)?.token;
        return token ? { done: Buffer.from(token, 'base64').toString() } : { seen: 'not there' };
      },
    });
  }

  async function writeKubeconfig(tokens: Record<string, string>): Promise<void> {
    const { clusters } = readYaml(readFileSync(join(folder, 'kubeconfig'), 'utf8')).value as Kubeconfig;
    const dead = { server: 'https://127.0.0.1:1' };
    const context = (user: string, cluster = 'c') => ({ name: user, context: { cluster, user } });
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      // A connection to the current one would end here.
      'current-context': 'dead',
      clusters: [
        { name: 'c', cluster: clusters[0]?.cluster },
        { name: 'dead', cluster: dead },
      ],
      users: [
        ...Object.entries(tokens).map(([name, token]) => ({ name, user: { token } })),
        { name: 'dead', user: {} },
        { name: 'nobody', user: { token: 'wrong' } },
      ],
      contexts: [...Object.keys(tokens).map((name) => context(name)), context('nobody'), context('dead', 'dead')],
    });
    writeFileSync(kubeconfig, text, { mode: 0o600 });
  }

  const changesBy = (name: string): string[] =>
    changingRequests(
      join(folder, 'nodes', '1', 'logs', 'audit.log'),
      ({ user }) => user.username === `system:serviceaccount:${people}:${name}`,
    );

  const madeByUs = async (): Promise<string[]> => {
    const list = (apiVersion: string, kind: string): Promise<Manifest[]> =>
      admin.list({ apiVersion, kind, namespace, labelSelector: ourSelector });
    const found = await Promise.all([
      list('v1', 'ServiceAccount'),
      list('rbac.authorization.k8s.io/v1', 'Role'),
      list('rbac.authorization.k8s.io/v1', 'RoleBinding'),
      list('v1', 'Pod'),
      list('v1', 'ConfigMap'),
    ]);
    return found.flat().map(({ kind, metadata: { name } }) => `${kind} ${name}`);
  };

  beforeAll(async () => {
    await installTools();
    for (const verb of ['deploy', 'build']) {
      const { code, output } = await box.run(verb, '--profile', theirs, '--yes');
      if (code !== 0) throw new Error(output);
    }
    for (const name of [people, namespace])
      await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const persons = Object.entries(grants);
    const tokens = await Promise.all(persons.map(([name, clusterRole]) => addPerson(name, clusterRole)));
    await writeKubeconfig(Object.fromEntries(persons.map(([name], i) => [name, tokens[i] ?? ''])));
  });

  afterAll(async () => {
    await box.run('destroy', '--profile', theirs, '--yes');
    box.remove();
  });

  test('a user who may only look sees every missing right at once, and changes nothing', async () => {
    const { code, output } = await box.run('deploy', '--profile', profileOf('ben'));
    for (const line of [
      'you may not create, patch serviceaccounts in team',
      'you may not get, create, patch roles in team',
      'you may not get, create, patch rolebindings in team',
      'you may not create, patch, delete pods in team',
      'you may not create, patch, delete configmaps in team',
      'you may not create, patch, delete services in team',
      'you may not create, patch, delete networkpolicies in team',
      'you may not deletecollection pods in team, so you cannot grant it to drivers',
    ])
      expect(output).toContain(line);
    expect(output).not.toMatch(/you may not .*events/);
    expect(output).toContain('kubectl create rolebinding firesteel-user --namespace=team --clusterrole=admin');
    expect(code).toBe(1);
    expect(changesBy('ben')).toEqual([]);
  });

  test('a user who may edit but not grant sees only that', async () => {
    const { code, output } = await box.run('deploy', '--profile', profileOf('cleo'));
    expect(output.match(/^.*you may not .*$/gm)).toEqual([
      expect.stringContaining('you may not get, create, patch roles in team'),
      'you may not get, create, patch rolebindings in team',
    ]);
    expect(code).toBe(1);
    expect(changesBy('cleo')).toEqual([]);
  });

  test('a dry run shows the same', async () => {
    const { code, output } = await box.run('deploy', '--profile', profileOf('ben'), '--dry-run');
    expect(output).toContain('you may not create, patch, delete pods in team');
    expect(code).toBe(1);
  });

  test('a namespace that is not there is among what is missing', async () => {
    const { code, output } = await box.run('deploy', '--profile', profileOf('ada'), '--set', 'namespace=nowhere');
    expect(output).toContain('you may not get, create, patch roles in nowhere');
    expect(code).toBe(1);
    expect(changesBy('ada')).toEqual([]);
  });

  test('an administrator of the namespace deploys into it unchanged', async () => {
    const { code, output } = await box.run('deploy', '--profile', profileOf('ada'));
    expect(output).toContain('Make namespace team: not made by firesteel, so it stays unchanged');
    expect(output).toMatch(
      /\d+ rights checked, all as expected; no permission to ask whether spark-driver may list nodes,/,
    );
    expect(code).toBe(0);
    expect(changesBy('ada').length).toBe((await madeByUs()).length);
  });

  test('a second deploy changes nothing', async () => {
    const before = changesBy('ada').length;
    const { code } = await box.run('deploy', '--profile', profileOf('ada'));
    expect(code).toBe(0);
    expect(changesBy('ada').length).toBe(before);
  });

  test('SparkPi ends with pi', async () => {
    const { code, output } = await box.run('submit', 'pi', '--profile', profileOf('ada'), '--yes');
    expect(output).toContain('image.repository is not set, so the nodes must already have the image');
    expect(output).toMatch(/^Pi is roughly 3\.14\d+$/m);
    expect(code).toBe(0);
  });

  test('a user who may only edit can submit after a deploy by someone else', async () => {
    const { code, output } = await box.run('submit', 'pi', '--profile', profileOf('cleo'), '--yes');
    expect(output).toMatch(/^Pi is roughly 3\.14\d+$/m);
    expect(code).toBe(0);
  });

  test('destroy removes what deploy and submit made, and nothing else', async () => {
    expect(await madeByUs()).toContain('Role spark-driver');
    const { code, output } = await box.run('destroy', '--profile', profileOf('ada'));
    expect(output).toContain('Remove the namespace: team was not made by firesteel, so it stays');
    expect(code).toBe(0);
    expect(await madeByUs()).toEqual([]);
    const bindings = await admin.list({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', namespace });
    expect(bindings.map(({ metadata }) => metadata.name).sort()).toEqual(Object.keys(grants).sort());
  });

  test.each([
    ['no context', ['--set', 'context.context='], 2, /context\.context/],
    [
      'a context that is not there',
      ['--set', 'context.context=adda'],
      2,
      /has no context "adda"; did you mean "ada"\?/,
    ],
    ['a file that is not there', ['--set', 'context.kubeconfig=/absent'], 2, /kubeconfig \/absent: no such file/],
    [
      'a server that does not answer',
      ['--set', 'context.context=dead'],
      1,
      /context dead of .*no answer from https[\s\S]*→ start that cluster/,
    ],
    [
      'credentials that are no good',
      ['--set', 'context.context=nobody'],
      1,
      /Unauthorized[\s\S]*→ renew the credentials/,
    ],
  ])('%s is one clear failure', async (_, flags, expected, pattern) => {
    const { code, output } = await box.run('deploy', '--profile', profileOf('ada'), ...flags);
    expect(output).toMatch(pattern);
    expect(code).toBe(expected);
  });
});
