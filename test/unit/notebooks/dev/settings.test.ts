import { expect, test } from 'vitest';
import { labConfig, sparkDefaults, stackFiles } from '../../../../tasks/notebooks/dev/settings.ts';
import { type Stack, stackPath } from '../../../../tasks/notebooks/dev/stack.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

const stack: Stack = {
  kind: 'processes',
  notebooks: '/home/ann/notebooks',
  ports: { lab: 8889, master: 7078, pages: 8081, driver: 4041 },
  secret: 'hidden',
  settings: '0123456789ab',
};
const containers: Stack = { ...stack, kind: 'containers' };

test('sessions of processes stay on 127.0.0.1 and share a secret', async () => {
  expect(sparkDefaults(stack, await readProfile('local', []), 4)).toEqual({
    'spark.cores.max': '4',
    'spark.ui.showConsoleProgress': 'false',
    'spark.master': 'spark://127.0.0.1:7078',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.master.rest.enabled': 'false',
    'spark.authenticate': 'true',
    'spark.authenticate.secret': 'hidden',
  });
});

test('containers know each other by name, and the port of a driver is one that is published', async () => {
  expect(sparkDefaults(containers, await readProfile('local', []), 4)).toMatchObject({
    'spark.master': 'spark://master:7078',
    'spark.driver.host': 'lab',
    'spark.driver.bindAddress': '0.0.0.0',
    'spark.ui.port': '4041',
  });
});

test("the profile's properties hold, but for those about Kubernetes and those that open the stack", async () => {
  const sets = [
    'spark.conf.spark.executor.memory=2g',
    'spark.conf.spark.cores.max=1',
    'spark.conf.spark.kubernetes.executor.request.cores=100m',
    'spark.conf.spark.authenticate=false',
  ];
  const defaults = sparkDefaults(stack, await readProfile('local', sets), 4);
  expect(defaults).toMatchObject({
    'spark.executor.memory': '2g',
    'spark.cores.max': '1',
    'spark.authenticate': 'true',
  });
  expect(defaults).not.toHaveProperty('spark.kubernetes.executor.request.cores');
});

test.each([
  [stack, '127.0.0.1'],
  [containers, '0.0.0.0'],
])('JupyterLab has the one port that was chosen', (one, ip) => {
  expect(labConfig(one, false)['ServerApp']).toMatchObject({
    ip,
    port: 8889,
    port_retries: 0,
    root_dir: '/home/ann/notebooks',
    allow_root: false,
  });
});

test('nobody else can read what is written, and the token ends without a newline', async () => {
  const files = stackFiles(stack, await readProfile('local', []), { token: 'abc', cores: 2, isRoot: false });
  expect(new Set(files.map(({ mode }) => mode))).toEqual(new Set([0o600]));
  expect(files.find(({ path }) => path === stackPath('token'))?.content).toBe('abc');
  const others = files.filter(({ path }) => path !== stackPath('token'));
  expect(others.filter(({ content }) => String(content).includes('abc'))).toEqual([]);
});
