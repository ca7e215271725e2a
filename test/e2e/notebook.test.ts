import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { projectPath } from '../../tasks/core/paths.ts';
import { layerTools } from '../../tasks/images/layer/layer.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { devLayer } from '../../tasks/notebooks/layer.ts';
import { tokenOf } from '../../tasks/servers/token.ts';
import { changingRequests, usedRights } from '../audit-log.ts';
import { installTools, type Running, sandbox, whyNoNodes } from './firesteel.ts';
import { type Kernel, runNotebook, startKernel, tinyWheel } from './kernel.ts';
import { holdTheNode, makeLessons, objectsLeft, serveRepository } from './notebook/namespace.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;
const patient = { timeout: 120_000, interval: 500 };
const imdb = projectPath('notebooks', 'imdb_sentiment_analysis_keras_spark');

suite(`a notebook server in the cluster${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const namespace = 'school';
  const profile = box.profile(
    'lab',
    `namespace: ${namespace}
dynamicAllocation:
  maxExecutors: 2
notebook:
  size: 1Gi
  executorIdleTimeout: 10s
`,
  );
  const cluster = join(box.data, 'firesteel', 'clusters', 'lab');
  const auditLog = join(cluster, 'nodes', '1', 'logs', 'audit.log');
  const notebooks = join(box.data, 'lessons');
  const tiny = tinyWheel();
  const stop = new AbortController();
  const kube = connectKube(() => ({ path: join(cluster, 'kubeconfig'), context: 'lab' }), stop.signal);
  let open: Running;
  let address = '';
  let token = '';
  let image = '';
  let kernel: Kernel;

  const notebook = (...words: string[]) => box.run('notebook', ...words, '--profile', profile);
  const pods = (labelSelector: string) => kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector });
  const executors = async () =>
    (await pods('spark-role=executor')).filter(
      (pod) => (pod['status'] as { phase?: string } | undefined)?.phase === 'Running',
    ).length;

  beforeAll(async () => {
    await installTools(layerTools(devLayer));
    makeLessons(notebooks, imdb, tiny);
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    if (code !== 0) throw new Error(output);
  });

  afterAll(async () => {
    stop.abort();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test('there is none at first', async () => {
    expect((await notebook('status')).output).toContain(`no notebook server in ${namespace}`);
    const { code, output } = await notebook('open');
    expect(output).toMatch(/no notebook server notebook in namespace school\n→ start it: firesteel notebook up/);
    expect(code).toBe(1);
  });

  test('up starts it with the notebooks of a folder, and keeps its token to itself', async () => {
    const { code, output } = await notebook('up', notebooks, '--yes');
    expect(output).toContain('lessons/film_reviews.txt');
    expect(code, output).toBe(0);
    const secret = await kube.get({ apiVersion: 'v1', kind: 'Secret', name: 'notebook-token', namespace });
    token = tokenOf(secret) ?? '';
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    expect(output).not.toContain(token);
    image = /Choose the name of the job's image: (\S+)/.exec(output)?.[1] ?? '';
  });

  test('a second up changes nothing', async () => {
    const changes = () => changingRequests(auditLog, ({ user }) => user.username === 'firesteel-admin');
    const before = changes().length;
    const { code, output } = await notebook('up', notebooks, '--yes');
    expect(output).toContain('Start the notebook server: already up to date');
    expect(output).toContain('Upload missing notebooks: all are already there');
    expect(code).toBe(0);
    const made = changes().slice(before);
    // The look at its files goes through a forward.
    expect(made.filter((one) => !one.includes('/portforward'))).toEqual([]);
  });

  test('open tells its address, where the token alone opens', async () => {
    open = box.start('notebook', 'open', '--profile', profile);
    const line = await open.seen(/Open http:\S+/);
    address = /http:\/\/[\d.:]+/.exec(line)?.[0] ?? '';
    expect(line).toBe(`Open ${address}/lab?token=${token}`);
    expect((await fetch(`${address}/api/kernels`)).status).toBe(403);
    const page = await fetch(`${address}/lab?token=${token}`);
    expect(page.status).toBe(200);
    // It asks no web site for news.
    expect(/"disabledExtensions": \[[^\]]*\]/.exec(await page.text())?.[0]).toContain('extension:announcements');
  });

  test('the notebook of film reviews learns on two executors', async () => {
    kernel = await startKernel(address, token, `lessons/${basename(imdb)}.ipynb`);
    const output = await runNotebook(kernel, readFileSync(`${imdb}.ipynb`, 'utf8'));
    expect(Number(/test accuracy: (\d\.\d+)/.exec(output)?.[1]), output).toBeGreaterThan(0.7);
    const hosts = await kernel.run(
      'import socket, time\n' +
        'print(len(set(sc.parallelize(range(8), 8).map(lambda _: (time.sleep(2), socket.gethostname())[1]).collect())))',
    );
    expect(hosts).toContain('2');
  });

  test('its executors belong to its pod', async () => {
    const [server] = await pods('spark-role=driver');
    const [executor] = await pods('spark-role=executor');
    expect(executor?.metadata.ownerReferences?.[0]?.uid).toBe(server?.metadata.uid);
  });

  test('another kernel has a session at the same time, with what its notebook asks for', async () => {
    const other = await startKernel(address, token, 'lessons/own.ipynb');
    onTestFinished(() => other.end());
    const output = await other.run(
      'conf = sc.getConf()\n' +
        'print(sc.appName, *[conf.get(f"spark.{key}") for key in ("executor.memory", "driver.port")])\n' +
        'print("sum", sc.parallelize(range(10), 2).sum())\n' +
        'print("archived:", "classes.jsa" in open(f"/proc/{sc._jvm.ProcessHandle.current().pid()}/maps").read())',
    );
    expect(output).toContain('customSparkConf: spark.driver.host is left out');
    expect(output).toMatch(/mine 700m 7101\n/);
    expect(output).toMatch(/sum 45\narchived: True/);
    expect((await notebook('status')).output).toMatch(/notebook +ready +2 +\d/);
    await other.end();
    await expect.poll(async () => (await pods('spark-app-name=mine')).length, patient).toBe(0);
  });

  test('idle executors go and come again, and a cell says what it waits for', async () => {
    await expect.poll(executors, patient).toBe(0);
    const free = await holdTheNode(kube, namespace, image);
    const seen = (output: string) => {
      if (/waiting for executors: 0\/1 nodes are available: 1 Insufficient cpu/.test(output)) void free();
    };
    const output = await kernel.run('print("again", sc.parallelize(range(10), 2).sum())', seen);
    expect(output).toMatch(/waiting for executors: .*\n[\s\S]*again 45/);
    expect(await executors()).toBeGreaterThan(0);
  });

  test('a session that was stopped has no executors, and the next cell has another', async () => {
    await kernel.run('spark.stop()');
    await expect.poll(executors, patient).toBe(0);
    const output = await kernel.run('print("count", spark.range(5).count(), sc is spark.sparkContext)');
    expect(output).toMatch(/^starting a Spark session …$/m);
    expect(output).toMatch(/its pages: kubectl --namespace school port-forward notebook-\S+ 4040$/m);
    expect(output).toMatch(/^count 5 True$/m);
    expect(output).not.toContain(' WARN ');
  });

  test('what a notebook installs is there for it, and it says that its executors do not have it', async () => {
    const installed = [
      `%pip install --quiet ${tiny.name}`,
      'import tiny, importlib.util',
      'has = lambda _: importlib.util.find_spec("tiny") is not None',
      'print("has", tiny.word, *sc.parallelize([0], 1).map(has).collect())',
    ];
    const output = await kernel.run(installed.join('\n'));
    expect(output).toMatch(/^has tiny False$/m);
    expect(output).toContain('Executors have only the packages of the image');
    const shell = await kernel.run(`!pip install ${tiny.name} && pip3 --version && pip config list`);
    expect(shell).toContain('tiny is already installed');
    expect(shell).not.toContain('externally-managed');
  });

  test('its account uses every right it has, and asks for no other', () => {
    const { used, refused } = usedRights(auditLog, `system:serviceaccount:${namespace}:notebook`);
    expect(refused).toEqual([]);
    const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'watch'];
    expect(used).toEqual(verbs.map((verb) => `${verb} pods`));
  });

  test('other settings are refused while a kernel runs', async () => {
    const { code, output } = await notebook('up', '--set', 'spark.conf.spark.executor.memory=900m', '--yes');
    expect(output).toMatch(/notebook has 1 running kernel, which would end/);
    expect(code).toBe(1);
  });

  test('work outlives the pod, and the forward finds the next one', async () => {
    await kernel.run('open("made.txt", "w").write("here")');
    const [server] = await pods('spark-role=driver');
    await kube.remove({ apiVersion: 'v1', kind: 'Pod', name: server?.metadata.name ?? '', namespace });
    const headers = { Authorization: `token ${token}` };
    const made = async () =>
      (await (await fetch(`${address}/files/lessons/made.txt`, { headers })).text().catch(() => '')) === 'here';
    await expect.poll(() => made().catch(() => false), patient).toBe(true);
    open.interrupt();
    const { code, output } = await open.ended;
    expect(output.split(token)).toHaveLength(2);
    expect(code).toBe(0);
  });

  test('down leaves the claim alone', async () => {
    const { code, output } = await notebook('down');
    expect(output).toContain('The work folder stays in claim notebook.');
    expect(code).toBe(0);
    expect(await objectsLeft(kube, namespace)).toEqual(['PersistentVolumeClaim notebook']);
  });

  test('a repository is cloned beside what is there, and a wrong branch reported', async () => {
    const url = await serveRepository(kube, namespace, image);
    const wrong = await notebook('up', '--git', `${url}@lesson-9`, '--yes');
    expect(wrong.output).toMatch(/cannot clone http:\S+@lesson-9: .*lesson-9/);
    expect(wrong.code).toBe(1);
    const set = ['--set', 'notebook.kernelIdleTimeout=5s'];
    const { code, output } = await notebook('up', '--git', `${url}@lesson-1`, ...set, '--yes');
    expect(code, output).toBe(0);
    open = box.start('notebook', 'open', '--profile', profile);
    const line = await open.seen(/Open http:\S+/);
    const former = token;
    [, address = '', token = ''] = /Open (\S+)\/lab\?token=(\S+)/.exec(line) ?? [];
    expect(token).not.toBe(former);
    const text = async (path: string) =>
      (await fetch(`${address}/files/${path}`, { headers: { Authorization: `token ${token}` } })).text();
    expect(await text('course/lesson.txt')).toBe('one');
    expect(await text('lessons/made.txt')).toBe('here');
  });

  test('a kernel that computes nothing ends, though someone is connected to it', async () => {
    kernel = await startKernel(address, token);
    expect(await kernel.run('1 + 1')).toBe('2');
    const kernels = async () => {
      const answer = await fetch(`${address}/api/kernels`, { headers: { Authorization: `token ${token}` } });
      return ((await answer.json()) as unknown[]).length;
    };
    expect(await kernels()).toBe(1);
    await expect.poll(kernels, { timeout: 240_000, interval: 2_000 }).toBe(0);
    open.interrupt();
    await open.ended;
  });

  test('down with the claim says what is in it, asks, and leaves nothing', async () => {
    await kube.remove({ apiVersion: 'v1', kind: 'Pod', name: 'repository', namespace });
    const asked = await notebook('down', '--with-claim');
    expect(asked.output).toMatch(/claim notebook of 1Gi with the work folder: \d+ files, \d\.\d MB/);
    expect(asked.code).toBe(2);
    expect((await notebook('down', '--with-claim', '--yes')).code).toBe(0);
    expect(await objectsLeft(kube, namespace)).toEqual([]);
  });
});
