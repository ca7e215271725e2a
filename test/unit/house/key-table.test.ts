// The files beside profiles and jobs list and describe every key, as the schemas have them.
import { expect, test } from 'vitest';
import { jobJsonSchema } from '../../../tasks/jobs/schema.ts';
import { keyRows } from '../../../tasks/profile/keys.ts';

test.each([
  ['profiles', 'profile', keyRows()],
  ['docker/jobs', 'job.yaml', keyRows(jobJsonSchema())],
])('%s/README.md has every key with its default and meaning', async (folder, title, keys) => {
  const rows = keys.map((row) => `| \`${row.key}\` | ${row.default ? `\`${row.default}\`` : ''} | ${row.meaning} |`);
  const text = [`# Keys of a ${title}`, '', '| key | default | meaning |', '| --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
  await expect(text).toMatchFileSnapshot(`../../../${folder}/README.md`);
});

test('keys below names are listed, too, and every key has a meaning', () => {
  const rows = keyRows(jobJsonSchema());
  expect(rows.map(({ key }) => key)).toContain('volumes.NAME.mountPath');
  expect(keyRows().map(({ key }) => key)).toContain('local.registries.NAME.credentials.username');
  expect(rows.filter(({ meaning }) => meaning === '')).toEqual([]);
});

test('docker/jobs has an up-to-date JSON Schema', async () => {
  await expect(`${JSON.stringify(jobJsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../../docker/jobs/schema.json');
});
