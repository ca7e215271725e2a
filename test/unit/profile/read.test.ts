// Profiles: what ships is valid, and every bad input gives its exact lines.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import { keyRows } from '../../../tasks/profile/keys.ts';
import { profileNames, readProfile } from '../../../tasks/profile/read.ts';
import { profileJsonSchema } from '../../../tasks/profile/schema.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firesteel-profile-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string | Uint8Array, sets: string[] = [], name = 'x') {
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, text);
  return readProfile(path, sets);
}

/** The lines of the failure, without the folder. */
async function problems(result: Promise<unknown>): Promise<string[]> {
  const failure = await result.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Failure)) throw failure ?? new Error('this profile was accepted');
  expect(failure.exitCode).toBe(2);
  return failure.message.replaceAll(`${folder}/`, '').split('\n');
}

const topKeys =
  'cluster, clusterName, namespace, serviceAccounts, dns, image, spark, dynamicAllocation, decommission, spot, history, connect, storage, notebook, standalone, classroom, local, minikube, kind, gke, digitalocean, context';

const shipped = [
  'context',
  'digitalocean',
  'gke',
  'gke-autopilot',
  'kind',
  'local',
  'local-3',
  'minikube-docker',
  'minikube-none',
  'minikube-vm',
];

describe('profiles that ship', () => {
  test('are found by name', async () => expect(await profileNames()).toEqual(shipped));

  test.each(shipped)('%s is valid', async (name) => expect(await readProfile(name, [])).toMatchObject({ name }));

  test('name their cluster after themselves, but for the one name driver none takes', async () => {
    const profiles = await Promise.all(shipped.map((name) => readProfile(name, [])));
    const others = profiles.filter(({ name, clusterName }) => name !== clusterName);
    expect(others.map(({ name, clusterName }) => [name, clusterName])).toEqual([['minikube-none', 'minikube']]);
  });

  test('have an up-to-date JSON Schema beside them', async () => {
    await expect(`${JSON.stringify(profileJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      '../../../profiles/schema.json',
    );
  });
});

describe('good input', () => {
  test('an empty file gives the defaults', async () =>
    expect(await read('# nothing\n')).toMatchObject({ cluster: 'local', spark: { version: '4.3.0', conf: {} } }));

  test('--set goes over the file, the file over the defaults', async () => {
    const profile = await read('namespace: team\nlocal:\n  nodes: 2\n', ['local.nodes=3', 'clusterName=other']);
    expect(profile).toMatchObject({ namespace: 'team', clusterName: 'other', local: { nodes: 3 } });
  });

  test('what stands below spark.conf in --set is one key', async () => {
    const { spark } = await read('spark:\n  conf:\n    spark.ui.enabled: false\n', [
      'spark.conf.spark.executor.memory=2g',
      'spark.conf.spark.driver.extraJavaOptions=-Da=b: c # d',
      'spark.conf.spark.executorEnv.LABELS=app=a,cluster=b',
    ]);
    expect(spark.conf).toEqual({
      'spark.ui.enabled': 'false',
      'spark.executor.memory': '2g',
      'spark.driver.extraJavaOptions': '-Da=b: c # d',
      'spark.executorEnv.LABELS': 'app=a,cluster=b',
    });
  });

  test('bare numbers and booleans in spark.conf are texts as they were written', async () => {
    const text =
      'spark: {conf: {spark.a: 1.10, spark.b: 0x1F, spark.c: true, spark.d: 9007199254740993, spark.e: no}}\n';
    expect((await read(text)).spark.conf).toEqual({
      'spark.a': '1.10',
      'spark.b': '0x1F',
      'spark.c': 'true',
      'spark.d': '9007199254740993',
      'spark.e': 'no',
    });
  });

  test('quantities may be bare numbers', async () =>
    expect((await read('local: {systemReserved: {cpu: 2}}\n')).local.systemReserved).toEqual({ cpu: '2' }));

  test.each([
    ['spark.kubernetes.driver.secretKeyRef.PASSWORD', 'db:password'],
    ['spark.kubernetes.container.image.pullSecrets', 'db'],
  ])('reference to a Secret is not a secret: %s', async (key, value) => {
    expect((await read('', [`spark.conf.${key}=${value}`])).spark.conf).toEqual({ [key]: value });
  });

  test('a property that is declared as no secret is accepted, from the file and from --set', async () => {
    const name = 'spark.executorEnv.API_TOKEN';
    const { conf } = (await read(`spark: {notSecrets: [API_TOKEN], conf: {${name}: x}}\n`)).spark;
    expect(conf).toEqual({ [name]: 'x' });
    expect((await read('', ['spark.notSecrets=[API_TOKEN]', `spark.conf.${name}=x`])).spark.conf).toEqual(conf);
  });

  test('Windows line ends are fine', async () => expect((await read('namespace: a\r\n')).namespace).toBe('a'));
});

describe('bad files', () => {
  test.each<[text: string, lines: string[]]>([
    ['exectuors: 2\n', [`x.yaml:1:1: exectuors: unknown key, expected one of ${topKeys}`]],
    ['namspace: a\n', ['x.yaml:1:1: namspace: unknown key; did you mean "namespace"?']],
    ['spark:\n  verson: "4.3.0"\n', ['x.yaml:2:3: spark.verson: unknown key; did you mean "version"?']],
    ['constructor: 1\n', [`x.yaml:1:1: constructor: unknown key, expected one of ${topKeys}`]],
    ['- a\n', ['x.yaml:1:1: expected a map of keys, got a list']],
    ['just text\n', ['x.yaml:1:1: expected a map of keys, got "just text"']],
    [
      'cluster: lokal\n',
      [
        'x.yaml:1:10: cluster: expected one of local, minikube, kind, gke, digitalocean, context, got "lokal"; did you mean "local"?',
      ],
    ],
    [
      'local:\n  nodes: "2"\n',
      ['x.yaml:2:10: local.nodes: expected a whole number from 1 to 9, got "2": omit the quotes'],
    ],
    ['local:\n  nodes: -1\n', ['x.yaml:2:10: local.nodes: expected a whole number from 1 to 9, got -1']],
    ['local:\n  nodes: 1e9\n', ['x.yaml:2:10: local.nodes: expected a whole number from 1 to 9, got 1e9']],
    ['local:\n  nodes: .nan\n', ['x.yaml:2:10: local.nodes: expected a whole number from 1 to 9, got .nan']],
    ['local:\n  nodes: 1.5\n', ['x.yaml:2:10: local.nodes: expected a whole number from 1 to 9, got 1.5']],
    ['local:\n  nodes:\n', ['x.yaml:2:9: local.nodes: expected a whole number from 1 to 9, got nothing']],
    ['local: []\n', ['x.yaml:1:8: local: expected a map of keys, got a list']],
    ['spark:\n', ['x.yaml:1:7: spark: expected a map of keys, got nothing']],
    ['spark:\n  version: 4.30\n', ['x.yaml:2:12: spark.version: expected a text: put the version in quotes, got 4.30']],
    ['spark:\n  version: "4.3"\n', ['x.yaml:2:12: spark.version: expected a version such as "4.3.0", got "4.3"']],
    ['namespace: 5\n', ['x.yaml:1:12: namespace: expected a text: put it in quotes, got 5']],
    [
      'namespace: Team\n',
      [
        'x.yaml:1:12: namespace: expected lower-case letters, digits and "-", beginning and ending with a letter or digit, got "Team"',
      ],
    ],
    [
      'namespace: kube-system\n',
      ['x.yaml:1:12: namespace: expected a namespace for jobs alone, got "kube-system", which belongs to Kubernetes'],
    ],
    [
      `clusterName: ${'a'.repeat(41)}\n`,
      [`x.yaml:1:14: clusterName: expected at most 40 characters, got "${'a'.repeat(41)}"`],
    ],
    [
      'serviceAccounts: {driver: a, executor: a}\n',
      [`x.yaml:1:40: serviceAccounts.executor: expected another account than the driver's, got "a"`],
    ],
    [
      'context: {}\n',
      [
        'x.yaml:1:1: context: belongs to cluster: context, but this is cluster: local; omit it, or set cluster: context',
      ],
    ],
    [
      'cluster: context\nlocal:\n  nodes: 2\n',
      ['x.yaml:2:1: local: belongs to cluster: local, but this is cluster: context; omit it, or set cluster: local'],
    ],
    [
      'local: {systemReserved: {memory: "1,5g"}}\n',
      ['x.yaml:1:34: local.systemReserved.memory: expected a size such as 512Mi or 4Gi, got "1,5g"'],
    ],
    [
      'dns: {upstream: [127.0.0.53]}\n',
      ['x.yaml:1:18: dns.upstream[0]: expected an address that pods can reach, not loopback, got "127.0.0.53"'],
    ],
    [
      'dns: {upstream: [0.0.0.0]}\n',
      ['x.yaml:1:18: dns.upstream[0]: expected an address that pods can reach, not loopback, got "0.0.0.0"'],
    ],
    [
      'dns: {upstream: [1.1.1.1, dns.example]}\n',
      ['x.yaml:1:27: dns.upstream[1]: expected an address such as 192.0.2.1, got "dns.example"'],
    ],
    [
      'local: {podSubnet: 10.0.0.256/16}\n',
      ['x.yaml:1:20: local.podSubnet: expected a network such as 198.19.0.0/17, got "10.0.0.256/16"'],
    ],
    [
      'local: {podSubnet: 198.19.0.0/17, serviceSubnet: 198.19.64.0/20}\n',
      ['x.yaml:1:50: local.serviceSubnet: expected no address of podSubnet (198.19.0.0/17), got "198.19.64.0/20"'],
    ],
    [
      'local: {range: 169.254.0.0/16}\n',
      [
        'x.yaml:1:16: local.range: expected no address of 169.254.0.0/16, which is for link-local addresses, got "169.254.0.0/16"',
      ],
    ],
    [
      'local: {podSubnet: 239.0.0.0/16}\n',
      [
        'x.yaml:1:20: local.podSubnet: expected no address of 224.0.0.0/3, which is for multicast and reserved addresses, got "239.0.0.0/16"',
      ],
    ],
    [
      'local: {serviceSubnet: 127.0.0.0/20}\n',
      [
        'x.yaml:1:24: local.serviceSubnet: expected no address of 127.0.0.0/8, which is for loopback, got "127.0.0.0/20"',
      ],
    ],
    ['local: {range: 10.0.0.0/19}\n', ['x.yaml:1:16: local.range: expected a /8 to /18, got "10.0.0.0/19"']],
    [
      'local: {range: 10.1.0.0/12}\n',
      [
        'x.yaml:1:16: local.range: expected the first address of a network and its length, as in 198.18.7.0/24, got "10.1.0.0/12"',
      ],
    ],
    [
      'local: {nodes: 3, podSubnet: 10.0.0.0/23}\n',
      ['x.yaml:1:30: local.podSubnet: expected room for a /24 for each of 3 nodes, got "10.0.0.0/23"'],
    ],
    ['local:\n  nodes 2\n', ['x.yaml:2:3: local: expected a map of keys, got "nodes 2"; did you mean nodes: 2?']],
    [
      'local:\n  networkPolicies: "true"\n',
      ['x.yaml:2:20: local.networkPolicies: expected true or false, got "true": write true without quotes'],
    ],
    ['upstream: [192.0.2.1]\n', ['x.yaml:1:1: upstream: unknown key; did you mean "dns.upstream"?']],
    [
      'local: &a\n  nodes: 2\nhistory:\n  <<: *a\n',
      ['x.yaml:4:3: history.<<: merges of YAML are not read: write the keys out'],
    ],
    ['clusterName: {{ name }}\n', ['x.yaml:1:15: a map or list cannot be a key: put the value in quotes']],
    [
      'clusterName: *two\n',
      ['x.yaml:1:14: "*two" without "&two" above: put the value in quotes, or write the value out'],
    ],
    ['local:\n\u00a0\u00a0nodes: 2\n', ['x.yaml:2:1: is a blank of another kind, as web pages have: type it again']],
    ['apiVersion: v1\nkind: Cluster\n', ['x.yaml: is a Kubernetes manifest, not a profile']],
    ['a: 1\na: 2\n', ['x.yaml:2:1: the same key twice in one map']],
    ['local:\n\tnodes: 2\n', ['x.yaml:2:1: indented with a tab: use blanks']],
    ['namespace: a\n---\nnamespace: b\n', ['x.yaml:2:1: expected one document, got a second one after "---"']],
    ['namespace: !secret a\n', ['x.yaml:1:12: unknown tag !secret: omit the tag, or put the value in quotes']],
    ['__proto__: {cluster: context}\n', ['x.yaml:1:1: "__proto__" cannot be a key']],
    ['namespace: a\nclusterName: caf\uFFFD\n', ['x.yaml:2:17: is not UTF-8: save the file as UTF-8']],
    ['\uFEFFnamespace: a\n', ['x.yaml:1:1: begins with a byte order mark: save it as plain UTF-8']],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`,
      ['x.yaml:1:1: its aliases stand for too many values: write the values out'],
    ],
  ])('%j', async (text, lines) => expect(await problems(read(text))).toEqual(lines));

  test('many problems: the first ones, and how many more', async () => {
    const lines = await problems(read(Array.from({ length: 300 }, (_, i) => `key${i}: 1\n`).join('')));
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('and 250 more');
  });

  test('more than 1 MB', async () =>
    expect(await problems(read(`#${' '.repeat(1024 * 1024)}`))).toEqual([
      'x.yaml:1:1: expected at most 1 MB, got 1048577 bytes',
    ]));

  test.each([500, 1000, 2000, 5000, 20_000])('nested %i deep', async (depth) => {
    const [line, ...more] = await problems(read(`namespace: ${'['.repeat(depth)}${']'.repeat(depth)}\n`));
    expect(line).toMatch(/^x.yaml:1:\d+: (is nested too deeply|namespace: expected a text, got a list)$/);
    expect(more).toEqual([]);
  });

  test('UTF-16', async () =>
    expect(await problems(read(Buffer.from('\uFEFFnamespace: a\n', 'utf16le')))).toEqual([
      'x.yaml:1:1: expected UTF-8 text',
    ]));

  test('a file name that cannot name a cluster', async () =>
    expect(await problems(read('', [], 'My_Team'))).toEqual([
      'My_Team.yaml:1:1: clusterName: the profile\'s name "My_Team" is not a valid name of a cluster: expected at most 40 lower-case letters, digits and "-"; set clusterName',
    ]));

  test('everything at once, in the order of the file, then of --set', async () => {
    const text = 'exectuors: 2\nlocal:\n  nodes: 0\nspark:\n  conf:\n    spark.executor.memory: 2Gi\n';
    expect(await problems(read(text, ['spark.verson=4.3.0', 'namespace=default']))).toEqual([
      `x.yaml:1:1: exectuors: unknown key, expected one of ${topKeys}`,
      'x.yaml:3:10: local.nodes: expected a whole number from 1 to 9, got 0',
      'x.yaml:6:28: spark.conf.spark.executor.memory: expected a size such as 512m or 4g, got "2Gi"; did you mean "2g"?',
      '--set spark.verson=4.3.0: unknown key; did you mean "spark.version"?',
      '--set namespace=default: expected a namespace for jobs alone, got "default", which belongs to Kubernetes',
    ]);
  });
});

describe('bad Spark properties', () => {
  const inConfigMap =
    'looks like a secret, and properties are readable in a ConfigMap: put it in a Kubernetes Secret and name the Secret with spark.kubernetes.driver.secretKeyRef; ' +
    'if it is not a secret, add its name to spark.notSecrets';
  test.each<[property: string, message: string]>([
    [
      'executor.memory: 2g',
      '1:15: spark.conf.executor.memory: expected a name that begins with "spark."; did you mean "spark.executor.memory"?',
    ],
    [
      'sprk.executor.cores: 2',
      '1:15: spark.conf.sprk.executor.cores: expected a name that begins with "spark."; did you mean "spark.executor.cores"?',
    ],
    [
      'spark.executor.memory: 1.5g',
      '1:38: spark.conf.spark.executor.memory: expected a size such as 512m or 4g, got "1.5g"; did you mean "1536m"?',
    ],
    ['spark.driver.memory: 4', '1:36: spark.conf.spark.driver.memory: expected a size such as 512m or 4g, got "4"'],
    [
      'spark.driver.memoryOverhead: lots',
      '1:44: spark.conf.spark.driver.memoryOverhead: expected a size such as 512m or 1g, got "lots"',
    ],
    [
      'spark.executor.instances: 0',
      '1:41: spark.conf.spark.executor.instances: expected a whole number above 0, got "0"',
    ],
    ['spark.executor.cores: 1.5', '1:37: spark.conf.spark.executor.cores: expected a whole number above 0, got "1.5"'],
    [
      'spark.kubernetes.executor.request.cores: 1 core',
      '1:56: spark.conf.spark.kubernetes.executor.request.cores: expected a Kubernetes quantity above 0, such as 500m or 1.5, got "1 core"',
    ],
    [
      'spark.kubernetes.executor.limit.cores: 500m, spark.kubernetes.executor.request.cores: 1',
      '1:54: spark.conf.spark.kubernetes.executor.limit.cores: expected at least the request, 1, got "500m"',
    ],
    [
      'spark.driver.host: me',
      `1:15: spark.conf.spark.driver.host: firesteel sets this property: executors find the driver through its run's service`,
    ],
    [
      'spark.driver.port: 4000',
      "1:15: spark.conf.spark.driver.port: firesteel sets this property: the run's service has its port",
    ],
    [
      'spark.kubernetes.container.image: mine',
      '1:15: spark.conf.spark.kubernetes.container.image: firesteel sets this property: set image and spark.version instead',
    ],
    [
      'spark.kubernetes.namespace: a',
      '1:15: spark.conf.spark.kubernetes.namespace: firesteel sets this property: set namespace instead',
    ],
    ['spark.hadoop.fs.s3a.secret.key: hush', `1:15: spark.conf.spark.hadoop.fs.s3a.secret.key: ${inConfigMap}`],
    ['spark.hadoop.fs.s3a.access.key: hush', `1:15: spark.conf.spark.hadoop.fs.s3a.access.key: ${inConfigMap}`],
    [
      'spark.executor.extraJavaOptions: -Ddb.password=hush',
      `1:15: spark.conf.spark.executor.extraJavaOptions: ${inConfigMap.replace('driver.secretKeyRef', 'executor.secretKeyRef.JAVA_TOOL_OPTIONS')}`,
    ],
    ['spark.a:', '1:23: spark.conf.spark.a: expected a text, got nothing'],
    [
      'spark: {executor: {memory: 2g}}',
      '1:22: spark.conf.spark: expected a text, got a map: write its whole name in one line, as in spark.executor.memory: 2g',
    ],
  ])('%s', async (property, message) =>
    expect(await problems(read(`spark: {conf: {${property}}}\n`))).toEqual([
      `x.yaml:${message.replace(/^1:(\d+)/, (_, column) => `1:${Number(column) + 1}`)}`,
    ]),
  );
});

describe('bad --set', () => {
  test.each<[set: string, line: string]>([
    ['nodes', '--set nodes: expected key=value, as in local.nodes=3'],
    ['clusterName', '--set clusterName: expected key=value, as in clusterName=VALUE'],
    ['clusterName: two', '--set clusterName: two: expected key=value, as in clusterName=two'],
    ['=3', '--set =3: expected key=value, as in local.nodes=3'],
    ['Local.Nodes=3', '--set Local.Nodes=3: unknown key; did you mean "local.nodes"?'],
    ['.local.nodes=3', '--set .local.nodes=3: unknown key; did you mean "local.nodes"?'],
    ['local/nodes=3', '--set local/nodes=3: unknown key; did you mean "local.nodes"?'],
    ['local[nodes]=3', '--set local[nodes]=3: unknown key; did you mean "local.nodes"?'],
    ['profile=kind', '--set profile=kind: unknown key: choose a profile with --profile'],
    ['local.nodes="3"', '--set local.nodes="3": expected a whole number from 1 to 9, got "3": omit the quotes'],
    [
      'local.nodes=2,clusterName=two',
      '--set local.nodes=2,clusterName=two: each key takes its own --set: write --set clusterName=two as well',
    ],
    [
      'spark.conf.spark.executor.memory=2g spark.conf.spark.executor.cores=2',
      '--set spark.conf.spark.executor.memory=2g spark.conf.spark.executor.cores=2: each key takes its own --set: write --set spark.conf.spark.executor.cores=2 as well',
    ],
    [
      'local.networkPolicies=yes',
      '--set local.networkPolicies=yes: expected true or false, got "yes"; did you mean true?',
    ],
    ['local.networkPolicies=0', '--set local.networkPolicies=0: expected true or false, got 0; did you mean false?'],
    [
      'cluster=eks',
      '--set cluster=eks: expected one of local, minikube, kind, gke, digitalocean, context, got "eks"; for a cluster of another kind, use context',
    ],
    [
      'cluster=gke-autopilot',
      '--set cluster=gke-autopilot: expected one of local, minikube, kind, gke, digitalocean, context, got "gke-autopilot"; did you mean "gke"?',
    ],
    ['local.node=3', '--set local.node=3: unknown key; did you mean "local.nodes"?'],
    [
      'spark.executor.memory=2g',
      '--set spark.executor.memory=2g: unknown key; did you mean "spark.conf.spark.executor.memory"?',
    ],
    ['conf.spark.ui.port=4050', '--set conf.spark.ui.port=4050: unknown key; did you mean "spark.conf.spark.ui.port"?'],
    ['local.nodes=three', '--set local.nodes=three: expected a whole number from 1 to 9, got "three"'],
    ['local.nodes=[1', '--set local.nodes=[1: the bracket is not closed: expected "]"'],
    [
      'nodes=3',
      '--set nodes=3: unknown key; did you mean "local.nodes" or "minikube.nodes" or "gke.nodes" or "digitalocean.nodes"?',
    ],
    [
      'spark.executor.memory=2g',
      '--set spark.executor.memory=2g: unknown key; did you mean "spark.conf.spark.executor.memory"?',
    ],
    [
      'conf.spark.executor.memory=2g',
      '--set conf.spark.executor.memory=2g: unknown key; did you mean "spark.conf.spark.executor.memory"?',
    ],
    ['spark.cnf.spark.a=b', '--set spark.cnf.spark.a=b: unknown key; did you mean "spark.conf.spark.a"?'],
    ['name=two', '--set name=two: unknown key; did you mean "clusterName" or "classroom.name"?'],
    [
      'local.systemReserved.memory=512m',
      '--set local.systemReserved.memory=512m: expected a size such as 512Mi or 4Gi, got "512m"; did you mean "512Mi"?',
    ],
    [
      'notebook.size=4096',
      '--set notebook.size=4096: expected a size such as 512Mi or 4Gi, got "4096"; did you mean "4096Mi"?',
    ],
    ['notebook.cores=4Gi', '--set notebook.cores=4Gi: expected a number of CPUs such as 500m or 2, got "4Gi"'],
    [
      'spark.conf.spark.executor.memory=256m',
      '--set spark.conf.spark.executor.memory=256m: expected at least 450m, which Spark needs, got "256m"',
    ],
    [
      'spark.conf.spark.driver.memory=1024k',
      '--set spark.conf.spark.driver.memory=1024k: expected at least 450m, which Spark needs, got "1024k"',
    ],
    ['upstream=1.1.1.1', '--set upstream=1.1.1.1: unknown key; did you mean "dns.upstream"?'],
    [
      'dns.upstream=1.1.1.1,8.8.8.8',
      '--set dns.upstream=1.1.1.1,8.8.8.8: expected a list, as in [1.1.1.1,8.8.8.8], got "1.1.1.1,8.8.8.8"',
    ],
    [
      'local.registries=a',
      '--set local.registries=a: is a map: set one of its keys, as in local.registries.NAME.endpoint=...',
    ],
    ['spark.conf=a', '--set spark.conf=a: is a map: set one of its keys, as in spark.conf.spark.executor.memory=...'],
    ['local={nodes: 3}', '--set local={nodes: 3}: is a map: set one of its keys, as in local.nodes=...'],
    ['cluster.x=1', '--set cluster.x=1: cluster.x: unknown key, the key above has no keys'],
    [
      'context.context=a',
      '--set context.context=a: belongs to cluster: context, but this is cluster: local; omit it, or set cluster: context',
    ],
    ['__proto__.x=1', `--set __proto__.x=1: __proto__: unknown key, expected one of ${topKeys}`],
    ['spark.conf.__proto__=1', '--set spark.conf.__proto__=1: unknown key'],
    [
      'spark.conf.memory=2g',
      '--set spark.conf.memory=2g: expected a name that begins with "spark."; did you mean "spark.memory"?',
    ],
    [
      'image.token=hush',
      '--set image.token=…: image.token: unknown key, expected one of builder, repository, platforms, base',
    ],
  ])('%s', async (set, line) => expect(await problems(read('', [set]))).toEqual([line]));
});

describe('missing profiles', () => {
  test.each<[name: string, line: string]>([
    ['locla', 'profile "locla" not found; did you mean "local"?'],
    ['../local', 'profile "../local" not found'],
    ['', 'profile "" not found'],
    ['minikube', 'profile "minikube" not found; did you mean "minikube-docker" or "minikube-none" or "minikube-vm"?'],
    ['package', 'profile "package" not found'],
    ['biome', 'profile "biome" not found'],
    ['nowhere/kind.yaml', 'nowhere/kind.yaml: no such file; did you mean --profile kind?'],
    ['nowhere/a.yml', 'nowhere/a.yml: no such file'],
    ['nowhere/a.yaml', 'nowhere/a.yaml: no such file'],
  ])('%j', async (name, line) => expect(await problems(readProfile(name, []))).toEqual([line]));

  test('~ is the home folder', () =>
    expect(readProfile('~/nowhere.yaml', [])).rejects.toMatchObject({
      message: `${join(homedir(), 'nowhere.yaml')}: no such file`,
    }));

  test('lists all profiles', async () =>
    expect(readProfile('aks', [])).rejects.toMatchObject({
      hint: `choose one of ${shipped.join(', ')}, or a path that ends in .yaml`,
    }));
});

test('the table of keys has a meaning for every key', () => {
  const rows = keyRows();
  expect(rows.find(({ key }) => key === 'local.nodes')).toEqual({
    key: 'local.nodes',
    default: '1',
    meaning: 'Number of nodes; the first node also runs the control plane.',
  });
  expect(rows.map(({ key }) => key)).toContain('spark.conf');
  expect(rows.filter(({ key, meaning }) => !meaning && !key.startsWith('local.systemReserved.'))).toEqual([]);
});
