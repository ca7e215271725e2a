// References of images: which registry, which full name.
import { expect, test } from 'vitest';
import { fullName, registryOf } from '../../../tasks/images/name.ts';

test.each([
  ['spark:1', 'docker.io', 'docker.io/library/spark:1'],
  ['me/spark:1', 'docker.io', 'docker.io/me/spark:1'],
  ['quay.io/me/spark:1', 'quay.io', 'quay.io/me/spark:1'],
  ['localhost/spark:1', 'localhost', 'localhost/spark:1'],
  ['registry:5000/spark:1', 'registry:5000', 'registry:5000/spark:1'],
  ['127.0.0.1:5000/a/b/spark:1', '127.0.0.1:5000', '127.0.0.1:5000/a/b/spark:1'],
])('%s is of %s and in full %s', (reference, registry, full) => {
  expect(registryOf(reference)).toBe(registry);
  expect(fullName(reference)).toBe(full);
});
