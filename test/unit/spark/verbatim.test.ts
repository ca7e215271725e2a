// What containers get of texts with dollar signs, by the kubelet's own rule.
import { describe, expect, test } from 'vitest';
import { readJob } from '../../../tasks/jobs/job.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import type { EnvVar, Pod } from '../../../tasks/spark/pod.ts';
import { newRunId, runNames } from '../../../tasks/spark/run-names.ts';
import { verbatim } from '../../../tasks/spark/verbatim.ts';
import {
  sparkSubmitCommand,
  sparkSubmitFiles,
  sparkSubmitObjects,
} from '../../../tasks/submission/engines/spark-submit/command.ts';
import { runObjects } from '../../../tasks/submission/run-objects.ts';

/** Of https://github.com/kubernetes/kubernetes/blob/v1.36.3/third_party/forked/golang/expansion/expand.go, with every variable known. */
const expanded = (text: string): string =>
  text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (whole, name) => (name === undefined ? whole.slice(1) : 'EXPANDED'));

test.each([
  ['$(SPARK_USER)', '$$(SPARK_USER)'],
  ['price$$', 'price$$$$'],
  ['$$(SPARK_USER)', '$$$$(SPARK_USER)'],
  ['$(UNKNOWN', '$$(UNKNOWN'],
  ['$HOME ${env:HOME} 5$', '$HOME ${env:HOME} 5$'],
])('%j goes to Kubernetes as %j', (text, sent) => expect(verbatim(text)).toBe(sent));

test('Kubernetes turns every short text with dollar signs back into what was typed', () => {
  const letters = ['$', '(', ')', '{', 'A'];
  let texts = [''];
  for (let length = 0; length < 6; length++) {
    texts = texts.flatMap((text) => letters.map((letter) => text + letter));
    expect(texts.filter((text) => expanded(verbatim(text)) !== text)).toEqual([]);
  }
});

const profile = { ...profileSchema.parse({}), name: 'local', clusterName: 'local' };
const dollars = 'a$$b $(SPARK_USER)';
const request = {
  job: {
    ...readJob(['pi']),
    args: ['$(API_TOKEN)', '$$'],
    conf: {
      'spark.kubernetes.driverEnv.PRICE': dollars,
      'spark.executorEnv.PRICE': dollars,
      'spark.executorEnv.PLAIN': '5$',
      'spark.executor.extraJavaOptions': '-Dprice=a$$b',
    },
  },
  profile,
  image: 'spark:x',
  names: runNames(newRunId('pi')),
  user: 'me',
};
const variables = (pod: Pod): EnvVar[] => pod.spec.containers[0]?.env ?? [];
const sentPrice = { name: 'PRICE', value: 'a$$$$b $$(SPARK_USER)' };

describe('with the native engine', () => {
  const { pod, beside, properties } = runObjects(request);
  const data = Object.assign({}, ...beside.map((manifest) => manifest['data'] ?? {})) as Record<string, string>;

  test("the driver's arguments and variables are sent so that Kubernetes gives them back as typed", () => {
    expect(pod.spec.containers[0]?.['args']).toEqual(expect.arrayContaining(['$$(API_TOKEN)', '$$$$']));
    expect(variables(pod)).toContainEqual(sentPrice);
  });

  test('executors have such a variable from their template, and Spark hands no other spelling to Python workers', () => {
    const template = JSON.parse(data['podspec-configmap-key'] ?? '') as Pod;
    expect(variables(template)).toEqual([sentPrice]);
    expect(data['spark.properties']).not.toContain('executorEnv.PRICE');
    expect(data['spark.properties']).toContain('spark.executorEnv.PLAIN=5$\n');
  });

  test("Java options of executors, which Spark makes variables of, are sent alike; the run's folder keeps what was typed", () => {
    expect(data['spark.properties']).toContain('spark.executor.extraJavaOptions=-Dprice\\=a$$$$b\n');
    expect(properties).toMatchObject(request.job.conf);
  });
});

test('spark-submit gets arguments, variables and Java options that its pods turn back into what was typed', () => {
  const client = { properties: {}, files: [], env: {} };
  const objects = sparkSubmitObjects(request);
  const files = sparkSubmitFiles(request, objects, client, '/f').map(({ content }) => `${content}`);
  expect(sparkSubmitCommand('/spark', request, '/f', client, {}).slice(-2)).toEqual(['$$(API_TOKEN)', '$$$$']);
  expect(files[0]).toContain('spark.kubernetes.driverEnv.PRICE=a$$$$b $$(SPARK_USER)\n');
  expect(files[0]).toContain('spark.executor.extraJavaOptions=-Dprice\\=a$$$$b\n');
  expect(files[0]).not.toContain('executorEnv.PRICE');
  expect(variables(JSON.parse(files[2] ?? '') as Pod)).toEqual([sentPrice]);
});
