// Recognizes files that list packages in another form than pip's, and says how to write one for pip.
import { basename } from 'node:path';

/** What a file is by its name or its text, and what to do. */
interface OtherList {
  name?: RegExp;
  text?: RegExp;
  what: string;
  cure: string;
}

const rows: readonly OtherList[] = [
  {
    name: /\.ya?ml$/i,
    what: 'a file of conda',
    cure: 'write one for pip: pip list --format=freeze',
  },
  {
    text: /^(?:# platform: \S+|@EXPLICIT|# packages in environment at .*|# This file may be used to create an environment .*)$/m,
    what: 'a list of conda',
    cure: 'write one for pip: pip list --format=freeze',
  },
  { text: /^Package\s+Version\b.*\n-{3}/m, what: 'a table', cure: 'write a list: pip freeze' },
  { name: /^Pipfile(?:\.lock)?$/, what: 'a file of pipenv', cure: 'write one for pip: pipenv requirements' },
  { name: /^poetry\.lock$/, what: 'a file of poetry', cure: 'write one for pip: poetry export' },
  { name: /^uv\.lock$/, what: 'a file of uv', cure: 'write one for pip: uv export' },
  {
    name: /^(?:pyproject\.toml|pylock.*\.toml|pdm\.lock|setup\.(?:cfg|py))$/,
    what: 'a file of a project',
    cure: 'write a list for pip: pip-compile, uv export or poetry export',
  },
];

/** Why the file is none of pip's requirements files, and what to do; undefined for one that may be. */
export function otherList(path: string, text: string): string | undefined {
  const found = rows.find(({ name, text: pattern }) => name?.test(basename(path)) || pattern?.test(text));
  return found && `${found.what}, not a requirements file; ${found.cure}`;
}
