// A folder of a test's own in place of the user's data or cache.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, onTestFinished } from 'vitest';

/** Variables that name the user's folders, each with the place in the new folder that it is to name. */
export type Homes = Partial<Record<'XDG_DATA_HOME' | 'XDG_CACHE_HOME', string>>;

const asData: Homes = { XDG_DATA_HOME: '' };

/** From this call to the end of the file: so it comes before anything that asks where data is. */
export function ownFolder(homes = asData): string {
  const { folder, giveBack } = takeFolder(homes);
  afterAll(giveBack);
  return folder;
}

/** From this call to the end of the test that runs. */
export function ownFolderOfTest(homes = asData): string {
  const { folder, giveBack } = takeFolder(homes);
  onTestFinished(giveBack);
  return folder;
}

/** A new one for each test of the file or block; returns the present one. */
export function ownFolderOfEach(homes = asData): () => string {
  let folder = '';
  beforeEach(() => {
    folder = ownFolderOfTest(homes);
  });
  return () => folder;
}

function takeFolder(homes: Homes): { folder: string; giveBack: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'fs-test-'));
  const before = Object.keys(homes).map((name) => [name, process.env[name]] as const);
  for (const [name, place] of Object.entries(homes)) process.env[name] = join(folder, place);
  const giveBack = () => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, giveBack };
}
