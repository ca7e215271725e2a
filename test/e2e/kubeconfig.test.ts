// What we write into a kubeconfig as others read it: the real kubectl, and the reader of Google's gcloud.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeFiles } from '../../tasks/core/files/changes.ts';
import { mergeKubeconfig, removeFromKubeconfig } from '../../tasks/kube/kubeconfig/file.ts';
import { installTools, withTools } from './firesteel.ts';

/** Hard for readers and writers: comments, an anchor, flow style, extensions, null, and names that look like others. */
const users = `# mine, do not touch
apiVersion: v1
kind: Config
preferences: {colors: true}
current-context: work
extensions:
- name: note
  extension: {seen: "2026-01-01"}
clusters:
- name: work   # the office
  cluster: {server: 'https://a.example:6443', certificate-authority-data: &ca QUJD}
- name: home
  cluster:
    certificate-authority-data: *ca
    server: https://b.example:6443
    disable-compression: true
users:
- name: "on"
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: helper
      args: null
      interactiveMode: Never
contexts:
- context: {cluster: work, user: "on", namespace: "1e3"}
  name: work
- name: home
  context: {cluster: home, user: "on"}
`;

const entry = {
  name: 'gke_spark-kubernetes-224613_europe-west1-b_spark-cluster',
  cluster: { server: 'https://198.51.100.7', 'certificate-authority-data': 'QUJD' },
  user: {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'gke-gcloud-auth-plugin',
      interactiveMode: 'Never',
      provideClusterInfo: true,
    },
  },
  namespace: 'spark',
};

interface View {
  'current-context': string;
  clusters: { name: string }[];
  users: { name: string }[];
  contexts: { name: string }[];
}

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fs-kubeconfig-'));
  path = join(folder, 'config');
  writeFileSync(path, users, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const without = (view: View, name: string): View => ({
  ...view,
  clusters: view.clusters.filter((item) => item.name !== name),
  users: view.users.filter((item) => item.name !== name),
  contexts: view.contexts.filter((item) => item.name !== name),
});

describe('kubectl', () => {
  beforeAll(async () => installTools([{ name: 'kubectl', purpose: 'reads what was written' }]));

  const kubectl = (...words: string[]): string =>
    execFileSync('kubectl', words, {
      encoding: 'utf8',
      env: { ...withTools(), KUBECONFIG: path },
    });
  const view = (): View => JSON.parse(kubectl('config', 'view', '--raw', '--output=json'));

  test('finds our entry, and everything else as it was', async () => {
    const before = view();
    await mergeKubeconfig(path, entry, writeFiles);
    const after = view();
    expect(after.contexts.map(({ name }) => name)).toContain(entry.name);
    expect(without(after, entry.name)).toEqual(before);
  });

  test('can write the file between our merge and our removal, and loses nothing by it', async () => {
    await mergeKubeconfig(path, entry, writeFiles);
    kubectl('config', 'set-context', 'home', '--namespace=team');
    kubectl('config', 'use-context', 'home');
    const between = view();
    expect(await removeFromKubeconfig(path, entry.name, writeFiles)).toBe(true);
    expect(view()).toEqual(without(between, entry.name));
    expect(readFileSync(path, 'utf8')).not.toContain(entry.name);
  });

  test('reads ours from the first of several files, and the others unchanged', async () => {
    const second = join(folder, 'second');
    writeFileSync(second, users.replaceAll(/\b(work|home)\b/g, 'other-$1'), { mode: 0o600 });
    const untouched = readFileSync(second, 'utf8');
    await mergeKubeconfig(path, entry, writeFiles);
    path = [path, second].join(delimiter);
    expect(view().contexts.map(({ name }) => name)).toEqual(
      ['home', 'other-home', 'other-work', 'work', entry.name].sort(),
    );
    expect(readFileSync(second, 'utf8')).toBe(untouched);
  });
});

const gcloud = ['/usr/bin/gcloud', '/usr/local/bin/gcloud', '/snap/bin/gcloud'].find((program) => existsSync(program));
const sdk = gcloud && dirname(dirname(realpathSync(gcloud)));

describe.skipIf(!sdk)(`gcloud's own reader${sdk ? '' : ' (skipped: gcloud is not installed)'}`, () => {
  const program = [
    'import json, sys',
    "sys.path[:0] = [sys.argv[1] + '/lib', sys.argv[1] + '/lib/third_party']",
    'from googlecloudsdk.api_lib.container import kubeconfig',
    'config = kubeconfig.Kubeconfig.LoadFromFile(sys.argv[2])',
    'if len(sys.argv) > 3: config.SetCurrentContext(sys.argv[3]); config.SaveToFile()',
    'print(json.dumps({"contexts": sorted(config.contexts), "current": config.current_context}))',
  ].join('\n');
  const read = (...words: string[]) =>
    JSON.parse(execFileSync('python3', ['-c', program, sdk ?? '', path, ...words], { encoding: 'utf8' }));

  test('finds our entry beside the others', async () => {
    await mergeKubeconfig(path, entry, writeFiles);
    expect(read()).toEqual({ contexts: [entry.name, 'home', 'work'], current: 'work' });
  });

  test('writes a file that we can take our entry out of again', async () => {
    await mergeKubeconfig(path, entry, writeFiles);
    read(entry.name);
    expect(await removeFromKubeconfig(path, entry.name, writeFiles)).toBe(true);
    expect(read().contexts).toEqual(['home', 'work']);
  });
});
