// Shells on a local cluster: drivers in a pod and on this machine, three executors each, and what is left of them.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../tasks/core/paths.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { serverOf } from '../../tasks/kube/kubeconfig/client-config.ts';
import { firesteelCommand } from '../built-command.ts';
import { notRun } from './documented.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';
import {
  clojure,
  executors,
  innerRelay,
  inTerminal,
  joined,
  ownDriver,
  pages,
  python,
  readDeps,
  scala,
  sparkHome,
  sql,
} from './shell-scripts.ts';
import { type Printed, typed } from './typed.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;
const patient = { timeout: 120_000, interval: 500 };

suite(`shells${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const name = 'shells';
  const folder = join(box.data, 'firesteel', 'clusters', name);
  const profile = box.profile(
    name,
    `clusterName: ${name}\nspark:\n  conf:\n    spark.executor.memory: 512m\n    spark.driver.memory: 512m\n` +
      '    spark.kubernetes.driver.request.cores: 100m\n    spark.kubernetes.executor.request.cores: 100m\n',
  );
  const ending = new AbortController();
  const kube = connectKube(() => ({ path: join(folder, 'kubeconfig'), context: name }), ending.signal);
  const namespace = 'spark';
  const three = ['--num-executors', `${executors}`];
  const one = ['--num-executors', '1'];
  const version35 = readdirSync(projectPath('docker', 'spark', 'requirements'))
    .flatMap((file) => /^pyspark-(3\.5\.\d+)\.txt$/.exec(file)?.[1] ?? [])
    .at(-1);

  const pods = async () =>
    (await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace })).map(({ metadata }) => metadata.name);

  /** Runs a shell with a script on its standard input, perhaps somewhere else. */
  const shell = (words: readonly string[], script: string, before: readonly string[] = []) =>
    typed(box, script, ['shell', ...words, '--profile', profile], before);

  beforeAll(async () => {
    await installTools();
    const { code } = await box.run('deploy', '--profile', profile, '--yes');
    expect(code).toBe(0);
    // What a namespace without a way out cannot make.
    expect((await box.run('build', '--profile', profile, '--yes')).code).toBe(0);
  });

  afterAll(async () => {
    ending.abort();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  /** What a script said: executors named after the application, and nothing left of them. */
  const verifyCounted = async ({ output, log }: Printed, application: string, count = executors) => {
    const hosts = /^hosts (.*)$/m.exec(output)?.[1]?.split(' ') ?? [log];
    expect(hosts).toHaveLength(count);
    for (const host of hosts) expect(host).toMatch(new RegExp(`^${application}-[0-9a-f]{16}-exec-\\d+$`));
    expect(output).toMatch(/^count 300$/m);
    expect(await pods()).toEqual([]);
  };

  test('without an address that pods reach, it names addresses, ports and reasons, and the shell in the cluster', async () => {
    const space = `fs-shell-${process.pid}`;
    const within = ['ip', 'netns', 'exec', space];
    const ip = (...words: string[]) => execFileSync('ip', words, { stdio: 'pipe' });
    const inside = (...words: string[]) => ip('-netns', space, ...words);
    const { hostname, port } = new URL(await serverOf({ path: join(folder, 'kubeconfig'), context: name }));
    const door = join(box.data, 'api.socket');
    // The API server answers there, and nothing else leads in or out.
    const outer = createServer((socket) => joined(socket, connect(Number(port), hostname))).listen(door);
    ip('netns', 'add', space);
    const [program = '', ...words] = [...within, process.execPath, '-e', innerRelay, hostname, port, door];
    let inner: ChildProcess | undefined;
    try {
      inside('link', 'set', 'lo', 'up');
      inside('address', 'add', `${hostname}/32`, 'dev', 'lo');
      inside('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth1');
      inside('address', 'add', '10.213.77.2/24', 'dev', 'eth0');
      for (const end of ['eth0', 'eth1']) inside('link', 'set', end, 'up');
      inner = spawn(program, words, { stdio: 'ignore' });
      const { code, log } = await shell(['pyspark', '--here', ...three], python, within).ended;
      expect(log).toContain('no address of this machine can be reached from a pod');
      expect(log).toMatch(/10\.213\.77\.2:7078: [a-z].*, 10\.213\.77\.2:7079: [a-z]/);
      expect(log).toContain('run the driver in the cluster: firesteel shell pyspark');
      expect(code).toBe(1);
      expect(await pods()).toEqual([]);
    } finally {
      inner?.kill();
      outer.close();
      ip('netns', 'delete', space);
    }
  });

  test.each([
    ['3.5', version35 ?? ''],
    ['4.3', '4.3.0'],
  ])('tools.deps reads the deps.edn for Spark %s', async (_line, version) => {
    const words = ['--profile', profile, '--set', `spark.version=${version}`];
    const { code, output } = await box.run('conf', '--for', 'deps', ...words);
    expect(code).toBe(0);
    const project = join(box.data, `deps-${version}`);
    mkdirSync(project);
    writeFileSync(join(project, 'deps.edn'), output);
    expect(output.includes('zero.one/geni {')).toBe(version.startsWith('3.5'));
    expect(readDeps(project)).toContain(
      `org.apache.spark/spark-kubernetes_${version.startsWith('3.5') ? '2.12' : '2.13'} ${version}`,
    );
  });

  test('PySpark in a pod counts over three executors, and all of them go', async () => {
    const ended = await shell(['pyspark', ...three], python).ended;
    await verifyCounted(ended, 'pyspark');
    expect(ended.code).toBe(0);
  });

  test("Spark's shell in a pod ends with the script's exit code", async () => {
    const ended = await shell(['spark-shell', ...three, '--name', 'My app'], scala).ended;
    await verifyCounted(ended, 'my-app');
    expect(ended.code).toBe(3);
  });

  test('SQL in a pod answers on standard output', async () => {
    const { output, log, code } = await shell(['sql', ...one], sql).ended;
    expect(output, log).toMatch(/^count\t300$/m);
    expect(code).toBe(0);
    expect(await pods()).toEqual([]);
  });

  test('Clojure in a pod groups names', async () => {
    const { output, log, code } = await shell(['clojure', ...one, '--name', 'names'], clojure(1)).ended;
    expect(output, log).toContain('groups ({:name Ada, :count 2} {:name Alan, :count 1})');
    expect(output).toContain('age 36 names');
    await verifyCounted({ output, log }, 'names', 1);
    expect(code).toBe(0);
  });

  test('a person types in a pod at a terminal: Ctrl-C goes to the shell, and its exit code comes back', async () => {
    const words = [...firesteelCommand, 'shell', 'pyspark', ...one, '--profile', profile];
    const driver = join(box.data, 'terminal.py');
    writeFileSync(driver, inTerminal);
    const child = spawn('python3', [driver, ...words], { env: { ...box.env(), TERM: 'xterm' }, cwd: projectPath() });
    let seen = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece) => {
        seen += piece;
      });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(seen).toContain('KeyboardInterrupt');
    expect(seen).toContain('sum is 45');
    expect(code).toBe(7);
    expect(await pods()).toEqual([]);
  });

  test('PySpark on this machine counts over three executors, and all of them go', async () => {
    const ended = await shell(['pyspark', '--here', ...three, '--name', 'here'], pages + python).ended;
    await verifyCounted(ended, 'here');
    expect(ended.output).toMatch(/^pages http:\/\/127\.0\.0\.1:\d+ listen at 127\.0\.0\.1$/m);
    expect(ended.log).toMatch(/pods reach this machine at \d+\./);
    expect(ended.code).toBe(0);
  });

  test("Spark's shell on this machine ends with the script's exit code", async () => {
    const ended = await shell(['spark-shell', '--here', ...three], scala).ended;
    await verifyCounted(ended, 'spark-shell');
    expect(ended.code).toBe(3);
  });

  test('executors and their owner go when firesteel is killed', async () => {
    const { child, ended, texts } = shell(
      ['pyspark', '--here', ...one],
      'print("up", flush=True)\nimport time\ntime.sleep(600)\n',
    );
    await expect.poll(() => texts.output, { ...patient, timeout: 600_000 }).toContain('up');
    expect((await pods()).length).toBeGreaterThan(1);
    child.kill('SIGKILL');
    await ended;
    await expect.poll(pods, patient).toEqual([]);
  });

  test.each([
    ['4.3', []],
    ['3.5', ['--set', `spark.version=${version35}`]],
  ])('Clojure on this machine groups names on Spark %s', async (_line, version) => {
    const { output, log, code } = await shell(['clojure', '--here', ...one, '--name', 'names', ...version], clojure(1))
      .ended;
    expect(output, log).toContain('groups ({:name Ada, :count 2} {:name Alan, :count 1})');
    expect(output).toContain('age 36 names');
    await verifyCounted({ output, log }, 'names', 1);
    // Whether Geni is there depends on Clojars; either way there is one line.
    expect(log).toMatch(/Fetch Geni: (left out: (Clojars|Geni 0)|in the cache|\d+ artifacts copied)/);
    expect(code).toBe(0);
  });

  test('conf prints what a Python program needs to be the driver', async () => {
    const { code, output } = await box.run('conf', '--for', 'python', ...one, '--profile', profile);
    expect(code, output).toBe(0);
    const map = output.slice(output.indexOf('conf = {'), output.indexOf('\n}') + 2);
    const program = join(box.data, 'own.py');
    writeFileSync(program, map + ownDriver);
    const home = sparkHome();
    const py4j = readdirSync(join(home, 'python', 'lib')).find((entry) => entry.startsWith('py4j-')) ?? '';
    const said = execFileSync('python3', [program], {
      env: {
        ...box.env(),
        KUBECONFIG: '/dev/null',
        SPARK_HOME: home,
        PYSPARK_PYTHON: 'python3',
        PYTHONPATH: [join(home, 'python'), join(home, 'python', 'lib', py4j)].join(':'),
      },
    });
    expect(`${said}`).toContain('count 300');
    await expect.poll(pods, patient).toEqual([]);
  });

  test('every command of docs/shells.md was run', () => {
    expect(notRun('shells.md', box.ran)).toEqual([]);
  });
});
