import { expect, test } from 'vitest';
import { isSameQuantity, quantityValue } from '../../../tasks/kube/quantity.ts';

test.each([
  ['0', 0],
  ['500m', 0.5],
  ['2', 2],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['2e3', 2000],
  ['2E', 2e18],
  ['1k', 1000],
  ['-3Mi', -3 * 2 ** 20],
  ['.5', 0.5],
])('%s is %d', (text, value) => expect(quantityValue(text)).toBe(value));

test.each(['', 'Gi', '1 Gi', '1gi', '1mm', 'one', '1.2.3', '2e', '0x10'])('"%s" is not a quantity', (text) =>
  expect(quantityValue(text)).toBeUndefined(),
);

test.each([
  ['1000m', '1', true],
  ['1024Mi', '1Gi', true],
  ['0.1', '100m', true],
  ['1G', '1Gi', false],
  ['1', '2', false],
  ['word', 'word', false],
])('%s and %s are the same quantity: %s', (one, other, same) => expect(isSameQuantity(one, other)).toBe(same));
