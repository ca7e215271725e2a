// Canary secrets through every input of a report: none is in the archive, in names of its files, or in arguments of commands.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { classPath } from '../../../tasks/classroom/folder.ts';
import { Failure } from '../../../tasks/core/failure.ts';
import { crashFiles, isFault, keepCrash } from '../../../tasks/core/faults/crash.ts';
import { dataPath } from '../../../tasks/core/paths.ts';
import { writeArchive } from '../../../tasks/doctor/report/archive.ts';
import { reportContents } from '../../../tasks/doctor/report/contents.ts';
import { knownSecrets } from '../../../tasks/doctor/report/secrets.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { runFolder } from '../../../tasks/record/run-folder.ts';
import { reportAt } from '../../../tasks/report.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { planIn } from '../../plan-of.ts';

const folder = ownFolder();
afterEach(() => vi.unstubAllEnvs());

let count = 0;
/** A secret that no pattern knows by its shape. */
const canaries: string[] = [];
const canary = (): string => {
  count += 1;
  const secret = `Kanarie${count}vogel${count * 7919}`;
  canaries.push(secret);
  return secret;
};

const put = (path: string, text: string): void => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
};

const code = 'K7QW-2M9X-PZ4T';

async function made() {
  vi.stubEnv('DIGITALOCEAN_ACCESS_TOKEN', canary());
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', canary());
  vi.stubEnv('HTTPS_PROXY', `http://user:${canary()}@proxy.example.org:3128`);
  vi.stubEnv('PIP_INDEX_URL', `https://me:${canary()}@index.example.org/simple`);
  const kubeconfig = join(folder, 'kubeconfig');
  put(
    kubeconfig,
    JSON.stringify({
      users: [
        { name: 'a', user: { token: canary() } },
        { name: 'b', user: { username: 'b', password: canary() } },
        { name: 'c', user: { 'client-key-data': Buffer.from(canary()).toString('base64') } },
        { name: 'e', user: null },
        { name: 'f', user: { tokenFile: 'own-token' } },
        { name: 'd', user: { exec: { command: 'x', env: [{ name: 'X', value: canary() }] } } },
      ],
      clusters: [{ name: 'a', cluster: { server: 'https://x', 'proxy-url': `http://u:${canary()}@p` } }],
    }),
  );
  put(join(folder, 'own-token'), canary());
  const everything = () => canaries.join(' ');
  const run = runFolder('pi-1');
  put(
    join(run, 'run.json'),
    JSON.stringify(
      { id: 'pi-1', startedAt: '2026-11-28T09:00:00Z', args: ['--db-password', canary(), `--token=${canary()}`] },
      null,
      2,
    ),
  );
  put(
    join(run, 'driver.log'),
    `INFO url=https://x?access_token=${canary()}\nAuthorization: Bearer ${canary()}\n${everything()}\n`,
  );
  const keys = {
    code,
    cookie: '0123456789abcdef0123456789abcdef',
    token: `${'0123456789abcdef'.repeat(3)}`,
    number: 0,
  };
  canaries.push(keys.code, keys.cookie, keys.token);
  put(classPath('class', 'keys.json'), JSON.stringify({ version: 1, keys: { ada: keys } }));
  put(
    classPath('class', 'students.json'),
    JSON.stringify({ version: 1, by: { field: 'name' }, students: [], former: [] }),
  );
  const profile = await readProfile('local', []);
  const withSecret = {
    ...profile,
    spark: { ...profile.spark, conf: { 'spark.hadoop.fs.s3a.secret.key': canary(), 'spark.app.name': 'kept' } },
  };
  const logged = everything();
  // Its file has lost the password already, so nobody can know it elsewhere.
  keepCrash(new TypeError(`cannot read ${canaries[0]}`), ['submit', '--password', canary()], '0.1.0');
  const commands: string[] = [];
  const cluster = {
    kubeconfig: () => ({ path: kubeconfig, context: 'a' }),
    status: async () => ({ state: 'broken', detail: `no answer, sent token ${canaries[4]}`, components: [] }),
    logs: async () => ({ 'local-1/kubelet': `E1128 failed: password=${canaries[0]} ${logged}\n` }),
  } as unknown as Cluster;
  return {
    commands,
    context: plainContext({
      profile: withSecret,
      cluster,
      read: async (command) => {
        commands.push(command.join(' '));
        return '';
      },
    }),
  };
}

test('the archive has no secret of any input, and has everything that helps', async () => {
  const { context, commands } = await made();
  const check = { name: 'dns', title: 'DNS', category: 'Network', affects: '', run: () => ({}) as never } as const;
  const finding = { state: 'missing', seen: `proxy http://user:${canaries[2]}@proxy is silent`, remedies: [] } as const;
  const members = await reportContents(context, [{ check, finding, seconds: 1 }]);
  const file = join(folder, 'report.tar.gz');
  await writeArchive(members, file);
  const tar = gunzipSync(readFileSync(file)).toString('latin1');
  const spelled = canaries.flatMap((one) => [one, encodeURIComponent(one), Buffer.from(one).toString('base64')]);
  expect(canaries.length).toBeGreaterThan(15);
  expect(spelled.filter((one) => tar.includes(one))).toEqual([]);
  expect(spelled.filter((one) => commands.join('\n').includes(one))).toEqual([]);
  for (const kept of ['run.json', 'local-1/kubelet.log', 'spark.app.name', 'TypeError', 'DNS: proxy', 'Node.js v'])
    expect(tar).toContain(kept);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await expect(writeArchive(members, file)).rejects.toThrow('cannot write');
});

test.each(['users: {ada: 1}', 'users: [7, null, {user: {token: 12}}]', 'clusters: 3', '[]', ''])(
  'a kubeconfig that is %j keeps no report from being made',
  async (text) => {
    put(join(folder, 'odd'), text);
    const cluster = { kubeconfig: () => ({ path: join(folder, 'odd'), context: 'a' }) } as unknown as Cluster;
    expect(await knownSecrets({ profile: await readProfile('local', []), cluster })).toBeInstanceOf(Array);
  },
);

test('a folder gets the archive by its usual name', async () => {
  const context = plainContext({ profile: await readProfile('local', []) });
  const plan = await planIn(reportAt(new Date('2026-11-28T09:30:15Z')), context, [folder]);
  expect(plan.problems).toEqual([]);
  const lines = await plan.done?.(context);
  expect(lines?.join('\n')).toContain(`${join(folder, 'firesteel-report-2026-11-28-093015.tar.gz')} holds`);
});

test('a fault leaves a file with its stack and without secrets, and a line that names it', () => {
  const secret = canary();
  vi.stubEnv('MY_SECRET_TOKEN', secret);
  const line = keepCrash(new RangeError(`too long: ${secret}`), ['deploy', '--json'], '0.1.0');
  const [path = ''] = crashFiles();
  expect(line).toBe(`→ this is a fault of firesteel, recorded in ${path}; make a bug report: firesteel report`);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('RangeError: too long: ***');
  expect(text).toContain('report.test.ts');
  expect(text).not.toContain(secret);
  expect(path.startsWith(dataPath('crashes'))).toBe(true);
});

test('a failure that firesteel foresees is no fault', () => {
  expect(isFault(new Failure('no disk space'))).toBe(false);
  expect(isFault(new TypeError('x'))).toBe(true);
});
