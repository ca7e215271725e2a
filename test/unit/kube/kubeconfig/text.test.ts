// Kubeconfigs in every form that kubectl reads: a context has its token and its impersonation in all of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contextProblems } from '../../../../tasks/clusters/context/kubeconfig.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { openAccess } from '../../../../tasks/kube/kubeconfig/client-config.ts';
import { mergeKubeconfig } from '../../../../tasks/kube/kubeconfig/file.ts';
import { firstDocument } from '../../../../tasks/kube/kubeconfig/text.ts';
import type { Profile } from '../../../../tasks/profile/schema.ts';
import { ownFolder } from '../../../own-folder.ts';

const folder = ownFolder();
const path = join(folder, 'config');
writeFileSync(join(folder, 'token'), 'sesame\n');

const text = `apiVersion: v1
kind: Config
clusters:
- name: a
  cluster: {server: "https://a:1"}
users:
- name: u
  user: {tokenFile: token, as-groups: [g]}
contexts:
- name: a
  context: {cluster: a, user: u}
`;

const forms: Record<string, string | Buffer> = {
  'a byte order mark': `\ufeff${text}`,
  'UTF-16 of PowerShell': Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16 of the other order': Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'lines of Windows': text.replaceAll('\n', '\r\n'),
  'a line --- at its end': `${text}---\n`,
  'two documents': `# mine\n---\n${text}---\nkind: Other\n`,
  'a merge key': `user: &u {tokenFile: token}\n${text.replace('{tokenFile: token, as-groups: [g]}', '\n    <<: *u\n    as-groups: [g]')}`,
  'names of digits': text.replaceAll(/\bu\b/g, '123'),
  'an empty item': text.replace('users:', '- name: b\n  cluster: null\n- null\nusers:\n- null'),
};

test.each(Object.keys(forms))('a context is whole in a file with %s', async (form) => {
  writeFileSync(path, forms[form] ?? '');
  const profile = { context: { context: 'a', kubeconfig: path } } as Profile;
  expect(contextProblems(profile)).toEqual([]);
  const credentials = await openAccess({ path, context: 'a' });
  expect(await credentials()).toMatchObject({
    server: 'https://a:1',
    headers: { Authorization: 'Bearer sesame', 'Impersonate-Group': ['g'] },
  });
});

test('an empty file is refused by that word', async () => {
  writeFileSync(path, '\n');
  await expect(openAccess({ path, context: 'a' })).rejects.toThrow(`cannot read kubeconfig ${path}: the file is empty`);
});

test.each([
  ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), 'it is UTF-16LE: save it as UTF-8'],
  ['Latin-1', Buffer.from(`${text}# café\n`, 'latin1'), 'it is not UTF-8'],
])('a file of %s is not changed', async (_, bytes, why) => {
  writeFileSync(path, bytes);
  await expect(mergeKubeconfig(path, { name: 'local', cluster: {}, user: {} }, writeFiles)).rejects.toThrow(
    `cannot read ${path} as a kubeconfig: ${why}`,
  );
});

test.each([
  ['a: 1\n', 'a: 1\n'],
  ['---\na: 1\n...\nb: 2\n', '---\na: 1\n'],
  ['%YAML 1.1\n# c\n---\na: |\n  ---\n--- b', '%YAML 1.1\n# c\n---\na: |\n  ---\n'],
  ['a: ---b\n---c: 1\n', 'a: ---b\n---c: 1\n'],
  ['', ''],
])('the first document of %j is %j', (file, first) => expect(firstDocument(file)).toBe(first));
