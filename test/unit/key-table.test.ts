// profiles/README.md lists every key of a profile, as the schema has them.
import { expect, test } from 'vitest';
import { keyRows } from '../../tasks/lib/profile-keys.ts';

test('profiles/README.md has every key with its default and meaning', async () => {
  const rows = keyRows().map(
    (row) => `| \`${row.key}\` | ${row.default ? `\`${row.default}\`` : ''} | ${row.meaning} |`,
  );
  const text = ['# Keys of a profile', '', '| key | default | meaning |', '| --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
  await expect(text).toMatchFileSnapshot('../../profiles/README.md');
});
