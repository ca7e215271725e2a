// Files that a program's arguments name: brought to the driver, which gets their paths.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { shortDigest } from '../../../tasks/core/files/hash.ts';
import { readJob } from '../../../tasks/jobs/job.ts';
import { planJob } from '../../../tasks/jobs/plan.ts';
import { readProfile } from '../../../tasks/profile/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'firesteel-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const jobYaml = `
main: main.py
executors: 3
options:
  --model: { type: input, endings: [.keras], about: a model }
  --data: { type: input, endings: [.csv], about: rows }
  --workers: { type: integer, default: "\${cores}", about: parts }
  --mode: { type: text, choices: [train, score], default: train, about: what to do }
volumes:
  kept: { mountPath: /opt/spark/kept }
`;

beforeEach(() => {
  for (const name of ['data', 'empty']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['main.py', 'm.keras', 'data/b.csv', 'data/a.csv', 'data/_SUCCESS', 'data/.a.csv.crc'])
    writeFileSync(join(folder, name), name);
  writeFileSync(join(folder, 'job.yaml'), jobYaml);
});

const at = (name: string) => join(folder, name);
const plan = async (...args: string[]) => planJob(readJob([folder, ...args]), await readProfile('local', []));
const defaults = ['--workers', '3', '--mode', 'train'];
const shipped = (name: string) => `/opt/spark/job/shipped/${name}`;

describe('a file of this machine', () => {
  test('goes with the program, and not to executors', async () => {
    const { job, problems, typed } = await plan('--model', at('m.keras'), `--data=${at('data/a.csv')}`);
    expect(problems).toEqual([]);
    expect(job.args).toEqual(['--model', shipped('m.keras'), `--data=${shipped('a.csv')}`, ...defaults]);
    expect(Object.keys(job.files ?? {}).sort()).toEqual(['a.csv', 'm.keras', 'main.py']);
    expect(job.lists).toBeUndefined();
    expect(typed).toEqual(['--model', at('m.keras'), `--data=${at('data/a.csv')}`, ...defaults]);
  });

  test('that is large goes into the image', async () => {
    writeFileSync(at('large.csv'), Buffer.alloc(2 * 1024 * 1024));
    const { job } = await plan('--data', at('large.csv'));
    expect(job.args[1]).toBe('/opt/spark/job/files/large.csv');
    expect(job.layer?.files).toEqual([{ from: at('large.csv'), to: '/opt/spark/job/files/large.csv' }]);
  });

  test('may have a name that no ConfigMap takes', async () => {
    writeFileSync(at('my data (1).csv'), '');
    expect((await plan('--data', at('my data (1).csv'))).job.args[1]).toBe(shipped('my_data__1_.csv'));
  });
});

test('of a folder all files of the kind are brought, in their order', async () => {
  const { job } = await plan('--data', `${at('data')},${at('data/a.csv')}`);
  expect(job.args[1]).toBe([shipped('a.csv'), shipped('b.csv'), shipped('a.csv')].join());
  expect(Object.keys(job.files ?? {}).sort()).toEqual(['a.csv', 'b.csv', 'main.py']);
});

describe('elsewhere', () => {
  test('the image has a file already', async () =>
    expect((await plan('--data', 'image:/opt/a.csv')).job.args.slice(0, 2)).toEqual(['--data', '/opt/a.csv']));

  test('a claim is looked for, and mounted for reading', async () => {
    const { job, look } = await plan('--data', 'claim:store/day/a.csv');
    const name = `input-${shortDigest('store')}`;
    const mount = `spark.kubernetes.driver.volumes.persistentVolumeClaim.${name}`;
    expect(job.args[1]).toBe('/opt/spark/job/claims/store/day/a.csv');
    expect(job.conf).toMatchObject({
      [`${mount}.mount.path`]: '/opt/spark/job/claims/store',
      [`${mount}.mount.readOnly`]: 'true',
      [`${mount}.options.claimName`]: 'store',
    });
    expect(look.map(({ title }) => title)).toEqual(['Look for claim store']);
  });

  test("the job's own claim is mounted once, where the job has it", async () => {
    const { job, look } = await plan('--model', 'claim:kept/run/m.keras');
    expect(job.args[1]).toBe('/opt/spark/kept/run/m.keras');
    expect(look).toEqual([]);
  });
});

test.each([
  [['--data', 'claim:Store'], '--data claim:Store: expected claim:NAME/path, where NAME is a claim in spark'],
  [['--data', 'claim:store/../x'], '--data claim:store/../x: expected claim:NAME/path, where NAME is a claim in spark'],
  [['--data', 'image:a.csv'], '--data image:a.csv: expected an absolute path, as in image:/opt/data'],
  [['--mode', 'trian'], '--mode trian: expected one of train, score; did you mean "train"?'],
])('%j is refused', async (args, problem) =>
  expect((await plan(...args)).problems).toEqual([`job ${folder.split('/').at(-1)}: ${problem}`]),
);

test.each([
  ['missing.csv', 'not found'],
  ['m.keras', 'expected .csv: a file, or a folder of files'],
  ['empty', 'expected .csv: a file, or a folder of files'],
])('%s as data is refused', (name, problem) =>
  expect(() => readJob([folder, '--data', at(name)])).toThrow(`--data ${at(name)}: ${problem}`),
);
