// A Spark Connect server in a local cluster, and PySpark's thin client on this machine: queries, breaks, locks, ends.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { serverLayer } from '../../tasks/connect/start.ts';
import { layerTools } from '../../tasks/images/layer/layer.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { tokenOf } from '../../tasks/servers/token.ts';
import { changingRequests, usedRights } from '../audit-log.ts';
import { type Client, clientPython, type Relay, startClient, startRelay } from './connect/client.ts';
import { notRun } from './documented.ts';
import { installTools, type Running, sandbox, whyNoNodes } from './firesteel.ts';
import { objectsLeft } from './notebook/namespace.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;
const patient = { timeout: 120_000, interval: 500 };

const newSession = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';
/** The executors that take part, by host. */
const hosts = `rows = spark.range(0, 8, 1, 8).selectExpr(
  "java_method('java.lang.Thread', 'sleep', 1500L) AS slept",
  "java_method('java.net.InetAddress', 'getLocalHost') AS host").distinct().collect()
answer = sorted({row.host.split('/')[0] for row in rows})`;

suite(`a Spark Connect server${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const namespace = 'school';
  const settings = `namespace: ${namespace}\ndynamicAllocation:\n  maxExecutors: 2\nconnect:\n  executorIdleTimeout: 30s\n`;
  const profile = box.profile('connect', settings);
  const cluster = join(box.data, 'firesteel', 'clusters', 'connect');
  const auditLog = join(cluster, 'nodes', '1', 'logs', 'audit.log');
  const stop = new AbortController();
  const kube = connectKube(() => ({ path: join(cluster, 'kubeconfig'), context: 'connect' }), stop.signal);
  let python = '';
  /** The same cluster, through a relay that breaks on demand. */
  let via = '';
  let relay: Relay;
  let open: Running;
  let file = '';
  let client: Client;
  let token = '';

  const connect = (...words: string[]) => box.run('connect', ...words, '--profile', profile);
  const pods = (labelSelector: string) => kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector });
  const serverPod = async () => (await pods('firesteel/connect=connect,spark-role=driver'))[0];

  beforeAll(async () => {
    await installTools(layerTools(serverLayer));
    python = clientPython();
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    if (code !== 0) throw new Error(output);
    const kubeconfig = JSON.parse(readFileSync(join(cluster, 'kubeconfig'), 'utf8'));
    const [{ cluster: api }] = kubeconfig.clusters;
    const { hostname, port } = new URL(api.server);
    relay = await startRelay(hostname, Number(port));
    Object.assign(api, { server: `https://127.0.0.1:${relay.port}`, 'tls-server-name': hostname });
    const path = join(box.data, 'through-relay');
    writeFileSync(path, JSON.stringify(kubeconfig), { mode: 0o600 });
    via = box.profile(
      'via',
      `${settings}cluster: context\ncontext:\n  context: connect\n  kubeconfig: ${path}\nimage:\n  repository: registry.example.com/a\n`,
    );
  });

  afterAll(async () => {
    client?.end();
    relay?.close();
    stop.abort();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test('there is none at first', async () => {
    expect((await connect('status')).output).toContain(`no Connect server in ${namespace}`);
    const { code, output } = await connect('open');
    expect(output).toMatch(
      /there is no Connect server connect in namespace school\n→ start it: firesteel connect up --profile/,
    );
    expect(code).toBe(1);
  });

  test('up starts it, and its token is in its Secret alone', async () => {
    const { code, output } = await connect('up', '--yes');
    expect(code, output).toBe(0);
    token = tokenOf(await kube.get({ apiVersion: 'v1', kind: 'Secret', name: 'connect-token', namespace })) ?? '';
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    const pod = await serverPod();
    const log = await kube.raw(`/api/v1/namespaces/${namespace}/pods/${pod?.metadata.name}/log`);
    expect(log).toContain('Spark Connect server started at: 127.0.0.1:15002');
    const settingsMap = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'connect', namespace });
    expect([output, log, JSON.stringify(pod), JSON.stringify(settingsMap)].join('\n')).not.toContain(token);
  });

  test('a second up changes nothing', async () => {
    const changes = () => changingRequests(auditLog, ({ user }) => user.username === 'firesteel-admin');
    const before = changes().length;
    const { code, output } = await connect('up', '--yes');
    expect(output).toContain('Start the Connect server: already up to date');
    expect(code).toBe(0);
    expect(changes().slice(before)).toEqual([]);
  });

  test('open writes address and token to a file of this user', async () => {
    open = box.start('connect', 'open', '--profile', via);
    const address = await open.seen(/^sc:\/\/localhost:\d+$/m);
    file = /\. (\S+\.env);/.exec(await open.seen(/set -a; .* set \+a/))?.[1] ?? '';
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe(`SPARK_REMOTE=${address}\nSPARK_CONNECT_AUTHENTICATE_TOKEN=${token}\n`);
  });

  test('the thin client queries on two executors, with functions in Python', async () => {
    client = startClient(python, file);
    expect(await client.run(`${newSession}answer = spark.version`)).toEqual({ answer: '4.3.0' });
    const { answer } = await client.run(hosts);
    expect(answer).toEqual([expect.stringMatching(/^connect-\w+-exec-\d$/), expect.stringMatching(/-exec-\d$/)]);
    const squares = await client.run(`import pandas as pd
from pyspark.sql.functions import pandas_udf, udf
@pandas_udf("long")
def square(column: pd.Series) -> pd.Series:
    return column * column
twice = udf(lambda number: 2 * number, "long")
answer = [tuple(row) for row in spark.range(4).select(square("id"), twice("id")).collect()]`);
    expect(squares).toEqual({ answer: [0, 1, 2, 3].map((number) => [number * number, 2 * number]) });
  });

  test('status shows version, sessions, executors and address', async () => {
    const { output } = await box.run('connect', 'status', '--profile', via);
    expect(output).toMatch(/connect +ready +4\.3\.0 +1 +\d +sc:\/\/localhost:\d+/);
  });

  test('no other pod of the cluster reaches its port', async () => {
    const { podIP } = ((await serverPod())?.['status'] ?? {}) as { podIP?: string };
    const { answer } = await client.run(`def reach(_):
    import socket
    tried = []
    for port in (7078, 15002, 4040):
        try:
            socket.create_connection(("${podIP}", port), 5).close()
            tried.append("open")
        except OSError:
            tried.append("closed")
    return " ".join(tried)
answer = spark.range(1).select(udf(reach)("id")).collect()[0][0]`);
    expect(answer).toBe('open closed closed');
  });

  test('a query survives a broken forward, and so does its session', async () => {
    await client.run('spark.range(5).createOrReplaceTempView("five")');
    const query = client.run(hosts);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(relay.breakAll()).toBeGreaterThan(0);
    expect((await query).answer).toHaveLength(2);
    expect(relay.breakAll()).toBeGreaterThan(0);
    expect(await client.run('answer = spark.table("five").count()')).toEqual({ answer: 5 });
  });

  test.each([
    ['a wrong token', { SPARK_CONNECT_AUTHENTICATE_TOKEN: '0'.repeat(48) }],
    ['no token', { SPARK_CONNECT_AUTHENTICATE_TOKEN: '' }],
  ])('%s is refused', async (_, variables) => {
    const other = startClient(python, file, variables);
    onTestFinished(other.end);
    const { error, answer } = await other.run(`${newSession}answer = spark.range(1).count()`);
    expect(answer).toBeUndefined();
    expect(error).toMatch(/token|UNAUTHENTICATED/i);
  });

  test('other settings are refused while a session is open', async () => {
    const { code, output } = await connect('up', '--set', 'spark.conf.spark.executor.memory=900m', '--yes');
    expect(output).toMatch(/connect has \d open sessions?, which would end: new settings need a new pod/);
    expect(code).toBe(1);
  });

  test('a restart of the pod ends the session with a clear error, and the same address opens a new session', async () => {
    const name = (await serverPod())?.metadata.name ?? '';
    await kube.remove({ apiVersion: 'v1', kind: 'Pod', name, namespace });
    await open.seen(/sessions of the previous pod are lost|lost connect-\S+ and its sessions/);
    await expect.poll(async () => (await connect('status')).output, patient).toMatch(/connect +ready/);
    const { error } = await client.run('answer = spark.table("five").count()');
    expect(error).toMatch(/\[(INVALID_HANDLE\.)?(SESSION_CHANGED|SESSION_NOT_FOUND|NO_ACTIVE_SESSION)\] .*session/i);
    expect(await client.run(`${newSession}answer = spark.range(7).count()`)).toEqual({ answer: 7 });
    await client.run('spark.stop()');
  });

  test('idle executors end', async () => {
    const live = async () => (await pods('firesteel/connect=connect,spark-role=executor')).length;
    await expect.poll(live, { timeout: 240_000, interval: 1_000 }).toBe(0);
  });

  test('its account uses every right it has, and asks for no other', () => {
    const { used, refused } = usedRights(auditLog, `system:serviceaccount:${namespace}:connect`);
    expect(refused).toEqual([]);
    const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'watch'];
    expect(used).toEqual(verbs.map((verb) => `${verb} pods`));
  });

  test('a second server runs at the same time, and down ends only its own', async () => {
    expect((await connect('up', '--name', 'ada', '--yes')).code).toBe(0);
    const { output } = await connect('status');
    expect(output).toMatch(/connect +ready/);
    expect(output).toMatch(/connect-ada +ready +4\.3\.0 +0 +0 +not open/);
    const second = box.start('connect', 'open', '--name', 'ada', '--port', '15010', '--profile', profile);
    await second.seen(/^sc:\/\/localhost:15010$/m);
    second.interrupt();
    expect((await second.ended).code).toBe(0);
    expect((await connect('down', '--name', 'ada')).code).toBe(0);
    expect((await connect('status')).output).not.toContain('connect-ada');
    expect(await serverPod()).toBeDefined();
  });

  test('down leaves nothing, and open ends', async () => {
    const { code, output } = await connect('down');
    expect(code, output).toBe(0);
    const ended = await open.ended;
    expect(ended.output).toContain('connect was removed');
    expect(ended.output).not.toContain(token);
    expect(ended.code).toBe(1);
    expect(existsSync(file)).toBe(false);
    expect(await objectsLeft(kube, namespace)).toEqual([]);
    expect((await connect('down')).output).toContain('nothing to remove');
  });

  test('every command of docs/connect.md was run', () => {
    expect(notRun('connect.md', box.ran)).toEqual([]);
  });
});
