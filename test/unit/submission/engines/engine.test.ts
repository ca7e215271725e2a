// Submitting by Spark's own spark-submit: its arguments, what nobody else gets to see, and its failures in one line.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Job, readJob } from '../../../../tasks/jobs/job.ts';
import type { ClusterAccess } from '../../../../tasks/kube/kubeconfig/client-config.ts';
import { profileSchema } from '../../../../tasks/profile/schema.ts';
import type { Pod } from '../../../../tasks/spark/pod.ts';
import { runLabel } from '../../../../tasks/spark/pod.ts';
import { runNames } from '../../../../tasks/spark/run-names.ts';
import type { RunRequest } from '../../../../tasks/submission/driver.ts';
import { engineNamed, engineProblems } from '../../../../tasks/submission/engines/engine.ts';
import { clientSettings } from '../../../../tasks/submission/engines/spark-submit/client.ts';
import {
  sparkSubmitCommand,
  sparkSubmitFiles,
  sparkSubmitObjects,
} from '../../../../tasks/submission/engines/spark-submit/command.ts';

const server = 'https://10.0.0.1:6443';

function accessOf(change: Partial<ClusterAccess> = {}, tls: Partial<ClusterAccess['tls']> = {}): ClusterAccess {
  const none = { ca: 'CA', cert: undefined, key: undefined, servername: undefined, rejectUnauthorized: true };
  return { server, proxy: undefined, headers: {}, ...change, tls: { ...none, ...tls } };
}

const pem = {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
};
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem } as never).privateKey as unknown as string;
const bearer = { headers: { Authorization: 'Bearer s3cret' } };

const profile = { ...profileSchema.parse({}), name: 'local', clusterName: 'local' };
const request: RunRequest = {
  job: { ...readJob(['pi']), args: ['--verbose', 'two words'] },
  profile,
  image: 'spark:4.3.0-x',
  names: runNames('pi-e83a34a1fea68f55'),
  user: 'me',
};

describe('the settings of its client', () => {
  test('names files for credentials, which only their owner reads and no dry run shows', () => {
    const { properties, files } = clientSettings(accessOf(bearer), '/run', '4.3.0');
    expect(properties).toEqual({
      'spark.master': `k8s://${server}`,
      'spark.kubernetes.authenticate.submission.caCertFile': '/run/caCertFile',
      'spark.kubernetes.authenticate.submission.oauthTokenFile': '/run/oauthTokenFile',
    });
    expect(files).toEqual([
      { path: '/run/caCertFile', content: 'CA', mode: 0o600, shown: '(hidden)' },
      { path: '/run/oauthTokenFile', content: 's3cret', mode: 0o600, shown: '(hidden)' },
    ]);
  });

  test('has an EC key in the form that it reads', () => {
    const { files, env } = clientSettings(accessOf({}, { cert: 'CERT', key: ec }), '/run', '4.3.0');
    const key = files.find(({ path }) => path === '/run/clientKeyFile')?.content as string;
    expect(key).toContain('BEGIN EC PRIVATE KEY');
    expect(createPrivateKey(key).equals(createPrivateKey(ec))).toBe(true);
    expect(env['KUBERNETES_CERTS_CLIENT_KEY_ALGO']).toBe('EC');
  });

  test.each<[string, ClusterAccess, string]>([
    ['a password', accessOf({ headers: { Authorization: 'Basic bWU6eA==' } }), 'it has a password'],
    ['someone else’s name', accessOf({ headers: { 'Impersonate-User': 'me' } }), 'it impersonates another user'],
    ['another name of the server', accessOf({}, { servername: 'x' }), 'it has a tls-server-name'],
    ['blind trust', accessOf({}, { rejectUnauthorized: false }), 'it has insecure-skip-tls-verify'],
    [
      'an EC key and Spark 3.5',
      accessOf({}, { key: ec }),
      'its client key is an EC key, which Spark 3.5.9 cannot read',
    ],
  ])('cannot be %s', (_, access, why) =>
    expect(() => clientSettings(access, '/run', '3.5.9')).toThrow(`spark-submit cannot use this kubeconfig: ${why}`),
  );
});

describe('its command', () => {
  const client = clientSettings(accessOf(bearer), '/run', '4.3.0');

  test('names only files and the job, and drops variables that would send it elsewhere', () => {
    const command = sparkSubmitCommand('/spark', request, '/run', client, {
      HADOOP_CONF_DIR: '/x',
      SPARK_LOCAL_DIRS: '/scratch',
      https_proxy: 'p',
    });
    expect(command).toEqual([
      ...['env', '-u', 'HADOOP_CONF_DIR', '-u', 'SPARK_LOCAL_DIRS', '-u', 'https_proxy', '/spark/bin/spark-submit'],
      ...['--properties-file', '/run/spark.properties', 'local:///opt/spark/job/shipped/pi.py'],
      ...['--verbose', 'two words'],
    ]);
  });

  test('reads files that tell all but credentials to a dry run', () => {
    const conf = { 'spark.example.password': 'h1dden' };
    const files = sparkSubmitFiles(
      request,
      sparkSubmitObjects({ ...request, job: { ...request.job, conf } }),
      client,
      '/run',
    );
    const shown = files.map((file) => file.shown).join('\n');
    expect(shown).toContain('spark.kubernetes.driver.podTemplateFile=/run/driver.json');
    expect(shown).toContain('spark.kubernetes.submission.waitAppCompletion=false');
    expect(shown).toContain('spark.kubernetes.submission.requestTimeout=60000');
    expect(shown).not.toMatch(/s3cret|h1dden/);
    expect(files[0]?.content).toContain('spark.example.password=h1dden');
    expect(files.every(({ mode }) => mode === 0o600)).toBe(true);
  });
});

test('the pods of its runs are marked as those of native ones', () => {
  const files = sparkSubmitFiles(
    request,
    sparkSubmitObjects(request),
    clientSettings(accessOf(), '/run', '4.3.0'),
    '/run',
  );
  const pods = files
    .filter(({ path }) => path.endsWith('.json'))
    .map(({ content }) => JSON.parse(String(content)) as Pod);
  expect(pods.map(({ metadata }) => metadata.labels?.[runLabel])).toEqual([request.names.id, request.names.id]);
});

test('it leaves a file that the driver has where it is', () => {
  const job: Job = { ...request.job, resource: 'file:///opt/spark/job/shipped/a.py', args: [] };
  const client = clientSettings(accessOf(), '/run', '4.3.0');
  expect(sparkSubmitCommand('/spark', { ...request, job }, '/run', client, {}).at(-1)).toBe(
    'local:///opt/spark/job/shipped/a.py',
  );
});

describe('problems are reported before anything is done', () => {
  const { problems } = engineNamed('spark-submit');

  test.each<[string, Partial<Job>, string[]]>([
    ['a program in the image', {}, []],
    ['a program that is brought', { resource: 'file:///opt/spark/job/shipped/a.py' }, []],
    [
      'modules that are brought',
      { lists: { 'spark.submit.pyFiles': ['file:///a.zip', 'https://example.org/b.zip'] } },
      ['--engine spark-submit ships a Python program and folders of modules, but no other files: file:///a.zip'],
    ],
    [
      'a jar that is brought',
      { type: 'java', resource: 'file:///a.jar' },
      ['--engine spark-submit ships a Python program and folders of modules, but no other files: file:///a.jar'],
    ],
  ])('%s', (_, job, expected) => expect(problems({ ...request.job, ...job }, profile)).toEqual(expected));

  test('to continue with a run', () => expect(problems(request.job, profile, 'mine')[0]).toContain('--name mine'));

  const claim = (role: string, option: string) =>
    `spark.kubernetes.${role}.volumes.persistentVolumeClaim.scratch.options.${option}`;

  test.each([
    'spark.driver.resource.gpu.amount',
    'spark.kubernetes.authenticate.driver.caCertFile',
    'spark.kubernetes.driver.container.image',
    'spark.kubernetes.driver.pod.featureSteps',
    'spark.kubernetes.driver.service.annotation.a',
    'spark.kubernetes.driver.service.ipFamilyPolicy',
    'spark.kubernetes.hadoop.configMapName',
    'spark.kubernetes.kerberos.krb5.path',
    claim('driver', 'storageClass'),
  ])('%s by the native one', (key) => {
    const job = { ...request.job, conf: { [key]: 'x' } };
    expect(engineNamed('native').problems(job, profile)).toEqual([`${key}: needs --engine spark-submit`]);
    expect(problems(job, profile)).toEqual([]);
  });

  test.each([
    'spark.kubernetes.driver.service.deleteOnTermination',
    'spark.kubernetes.authenticate.driver.mounted.caCertFile',
    'spark.kubernetes.executor.pod.featureSteps',
    claim('executor', 'storageClass'),
    claim('driver', 'claimName'),
  ])('and no more: %s is for the driver to see to', (key) =>
    expect(engineNamed('native').problems({ ...request.job, conf: { [key]: 'x' } }, profile)).toEqual([]),
  );

  test.each([
    ['native', 'executor'],
    ['spark-submit', 'executor'],
    ['spark-submit', 'driver'],
  ])('%s: claims that Spark would not make for an %s', (engine, role) => {
    const [name, size, storage] = ['claimName', 'sizeLimit', 'storageClass'].map((option) => claim(role, option)) as [
      string,
      string,
      string,
    ];
    const found = (jobConf: Record<string, string>, conf: Record<string, string>) =>
      engineNamed(engine).problems(
        { ...request.job, conf: jobConf },
        { ...profile, spark: { ...profile.spark, conf } },
      );
    const onDemand = { [name]: 'OnDemand' };
    expect(found(onDemand, {})).toEqual([`${name}: Spark makes no claim without ${storage} and ${size}`]);
    expect(found({ ...onDemand, [size]: '1Gi' }, {})).toEqual([`${name}: Spark makes no claim without ${storage}`]);
    expect(found({ ...onDemand, [size]: '1Gi' }, { [storage]: 'fast' })).toEqual([]);
  });

  test('a wrong name of an engine', () =>
    expect(engineProblems('nativ')).toEqual([
      '--engine nativ: expected native or spark-submit; did you mean "native"?',
    ]));
});
