// The file of a profile that nobody has named.
import { expect, test } from 'vitest';
import { answer, type Source } from '../../../tasks/setup/draft.ts';
import { placeOf } from '../../../tasks/setup/file.ts';
import { type Started, settlePlace } from '../../../tasks/setup/start.ts';
import { draftOf } from './machine.ts';

test.each<[string, Record<string, string>, Source, string]>([
  ['its kind of cluster', {}, 'default', 'my-local'],
  ['its class', { roster: 'class.csv', name: 'kurs1' }, 'default', 'kurs1'],
  ['its kind of cluster as well, if the class has no name', { roster: 'class.csv' }, 'default', 'class-local'],
  ['what was said', { roster: 'class.csv', name: 'kurs1' }, 'flag', 'lab'],
])('is named after %s', async (_, ofClass, source, name) => {
  const draft = draftOf('local');
  for (const [key, value] of Object.entries(ofClass))
    answer(draft, { path: ['classroom', key], value, source: 'answer' });
  const started = { interview: { draft }, place: placeOf('lab'), origins: { kind: 'flag', name: source } } as Started;
  await settlePlace(started);
  expect([started.place.name, draft.name]).toEqual([name, name]);
});
