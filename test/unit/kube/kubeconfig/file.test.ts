// The user's kubeconfig: our entry comes and goes, everything else stays as it was.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { projectPath } from '../../../../tasks/core/paths.ts';
import { readYaml } from '../../../../tasks/core/yaml.ts';
import { usualKubeconfig } from '../../../../tasks/kube/kubeconfig/client-config.ts';
import {
  isInKubeconfig,
  type KubeconfigEntry,
  mergeKubeconfig,
  removeFromKubeconfig,
} from '../../../../tasks/kube/kubeconfig/file.ts';

const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firesteel-kubeconfig-'));
  path = join(folder, 'config');
});
afterEach(() => rm(folder, { recursive: true }));

const entry = (name: string): KubeconfigEntry => ({
  name,
  cluster: { server: 'https://198.18.0.2:6443', 'certificate-authority-data': 'QUJD'.repeat(100) },
  user: { 'client-certificate-data': 'REVG', 'client-key-data': 'R0hJ' },
  namespace: 'spark',
});

const users = `# mine, do not touch
apiVersion: v1
kind: Config
preferences: {colors: true}
current-context: work # the important one
clusters:
# the company's
- name: work
  cluster:
    server: https://kube.example.com
    insecure-skip-tls-verify: yes
    disable-compression: true
    extensions:
    - name: minikube.sigs.k8s.io
      extension: {last-update: "Mon, 20 Nov"}
contexts:
- context: {cluster: work, user: 'on'} # short
  name: work
users:
- name: 'on'
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: gke-gcloud-auth-plugin
      args: null
`;

const names = (value: unknown, list: string) =>
  (value as Record<string, { name: string }[]>)[list]?.map(({ name }) => name);

describe('mergeKubeconfig', () => {
  test('adds to the end and leaves every line that was there', async () => {
    await writeFile(path, users, { mode: 0o600 });
    await mergeKubeconfig(path, entry('local'), writeFiles);
    const text = await readFile(path, 'utf8');
    let from = 0;
    for (const line of users.split('\n')) {
      const at = text.indexOf(line, from);
      expect({ line, isThere: at >= from }).toEqual({ line, isThere: true });
      from = at + line.length;
    }
    const { value, problems } = readYaml(text);
    expect(problems).toEqual([]);
    expect(value).toMatchObject({ 'current-context': 'work' });
    expect(names(value, 'clusters')).toEqual(['work', 'local']);
    expect(names(value, 'users')).toEqual(['on', 'local']);
    expect(names(value, 'contexts')).toEqual(['work', 'local']);
  });

  test.each([
    ["kubectl's indentation", users],
    [
      'numbers and times as JavaScript would not write them',
      `${users}- name: odd
  user:
    token: x
    extensions:
    - name: odd
      extension: {id: 12345678901234567890, mask: 0x1F, much: 1e3, octal: 017, user: 007, time: 12:30:45}
      at: 2026-01-02T03:04:05.600Z
      ratio: 1.50
`,
    ],
    ['line ends of Windows', users.replaceAll('\n', '\r\n')],
    ['the mark of UTF-8', `\ufeff${users}`],
    ['escapes in quotes', `${users}- name: odd\n  user: {token: "caf\\u00e9\\x41", "\\x61": 'it''s'}\n`],
    ['lists indented', 'clusters:\n  - name: a\n    cluster: {}\nusers:\n  # b\n  - name: a\n    user: {}\n'],
  ])('and removing gives the old text back: %s', async (_, text) => {
    await writeFile(path, text, { mode: 0o600 });
    await mergeKubeconfig(path, entry('local'), writeFiles);
    expect(await removeFromKubeconfig(path, 'local', writeFiles)).toBe(true);
    expect((await readFile(path, 'utf8')).replace(/contexts: \[\]\r?\n/, '')).toBe(text);
  });

  test('renews its own entry, in its place', async () => {
    await mergeKubeconfig(path, entry('a'), writeFiles);
    await mergeKubeconfig(path, entry('b'), writeFiles);
    const renewed = { ...entry('a'), cluster: { server: 'https://198.18.1.2:6443' } };
    expect(await isInKubeconfig(path, renewed)).toBe(false);
    await mergeKubeconfig(path, renewed, writeFiles);
    expect(await isInKubeconfig(path, renewed)).toBe(true);
    expect(await isInKubeconfig(path, entry('b'))).toBe(true);
    const { value } = readYaml(await readFile(path, 'utf8'));
    expect(names(value, 'clusters')).toEqual(['a', 'b']);
  });

  test('makes an absent file, for its owner only, and chooses no context', async () => {
    path = join(folder, 'new', 'config');
    await mergeKubeconfig(path, entry('local'), writeFiles);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { value } = readYaml(await readFile(path, 'utf8'));
    expect(value).toMatchObject({ apiVersion: 'v1', kind: 'Config', contexts: [{ context: { namespace: 'spark' } }] });
    expect(value).not.toHaveProperty('current-context');
  });

  test.each(['', '\n', '# mine\n', 'clusters: []\ncontexts:\nusers: []\n', '{"apiVersion": "v1", "clusters": []}'])(
    'fills an empty file: %j',
    async (text) => {
      await writeFile(path, text);
      await mergeKubeconfig(path, entry('local'), writeFiles);
      expect(await isInKubeconfig(path, entry('local'))).toBe(true);
    },
  );

  test.each([
    [0o644, 0o600],
    [0o600, 0o600],
    [0o400, 0o400],
  ])('mode %o becomes %o', async (before, after) => {
    await writeFile(path, users);
    await chmod(path, before);
    await mergeKubeconfig(path, entry('local'), writeFiles);
    expect((await stat(path)).mode & 0o777).toBe(after);
  });

  test('follows a symbolic link', async () => {
    const target = join(folder, 'target');
    await writeFile(target, users);
    await symlink(target, path);
    await mergeKubeconfig(path, entry('local'), writeFiles);
    expect(await readFile(target, 'utf8')).toContain('name: local');
    expect((await readdir(folder)).sort()).toEqual(['config', 'target']);
  });

  test.skipIf(!canMount)(
    `writes into a file that is a mount and cannot be replaced${canMount ? '' : ' (skipped: no right to mount)'}`,
    async () => {
      await writeFile(path, users, { mode: 0o600 });
      const merge = `
        import { writeFiles } from '${projectPath('tasks', 'core', 'files', 'changes.ts')}';
        import { mergeKubeconfig } from '${projectPath('tasks', 'kube', 'kubeconfig', 'file.ts')}';
        await mergeKubeconfig('${path}', ${JSON.stringify(entry('local'))}, writeFiles);
      `;
      const mounted = 'mount --bind "$1" "$1" && exec node --import tsx --input-type=module --eval "$2"';
      execFileSync('unshare', ['--mount', 'sh', '-c', mounted, 'sh', path, merge], { cwd: projectPath() });
      expect(await isInKubeconfig(path, entry('local'))).toBe(true);
      expect(await readdir(folder)).toEqual(['config']);
    },
  );

  test('quotes names that YAML 1.1 readers would take for something else', async () => {
    await mergeKubeconfig(path, entry('on'), writeFiles);
    expect(await readFile(path, 'utf8')).toMatch(/name: ["']on["']/);
  });

  test.each<[text: string, message: RegExp]>([
    ['clusters: [\n', /as a kubeconfig: line \d+: the bracket is not closed/],
    ['- a\n', /it is not a map/],
    ['just text', /it is not a map/],
    ['clusters: {a: 1}\n', /clusters is not a list/],
    ['a: 1\na: 2\n', /line 2: the same key twice/],
    ['a: 1\n---\nb: 1\n', /line \d+: expected one document/],
    [users.replaceAll('work', 'local'), /has "local" in clusters, which firesteel did not make/],
  ])('leaves alone what it does not understand: %j', async (text, message) => {
    await writeFile(path, text);
    await expect(mergeKubeconfig(path, entry('local'), writeFiles)).rejects.toThrow(message);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['config']);
  });

  test('leaves a folder and a broken link unchanged', async () => {
    await mkdir(path);
    await expect(mergeKubeconfig(path, entry('local'), writeFiles)).rejects.toThrow(/cannot read/);
    const link = join(folder, 'link');
    await symlink(join(folder, 'nowhere'), link);
    await expect(mergeKubeconfig(link, entry('local'), writeFiles)).rejects.toThrow(/is a link to an unreadable file/);
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  test('concurrent merges all succeed', async () => {
    const all = Array.from({ length: 8 }, (_, i) => `c${i}`);
    await Promise.all(all.map((name) => mergeKubeconfig(path, entry(name), writeFiles)));
    const { value } = readYaml(await readFile(path, 'utf8'));
    expect(names(value, 'contexts')?.sort()).toEqual(all);
  });
});

describe('removeFromKubeconfig', () => {
  test.each([
    ['another name', 'other'],
    ['a name that is not ours', 'work'],
  ])('leaves %s alone', async (_, name) => {
    await writeFile(path, users);
    expect(await removeFromKubeconfig(path, name, writeFiles)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(users);
  });

  test('a missing file stays missing', async () => {
    expect(await removeFromKubeconfig(path, 'local', writeFiles)).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("kubectl's file for new entries", () => {
  afterEach(() => void vi.unstubAllEnvs());

  test.each([
    ['is the first of KUBECONFIG that exists', 'absent:there:other', 'there'],
    ['is the last of KUBECONFIG if none exists', 'absent:away', 'away'],
    ['skips empty names', '::there', 'there'],
  ])('%s: %s', async (_, listed, expected) => {
    for (const name of ['there', 'other']) await writeFile(join(folder, name), '');
    vi.stubEnv(
      'KUBECONFIG',
      listed.replaceAll(/\w+/g, (name) => join(folder, name)),
    );
    expect(usualKubeconfig()).toBe(join(folder, expected));
  });
});
