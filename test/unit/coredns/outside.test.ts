// A name outside, asked of CoreDNS over TCP, and what an answer means.
import { expect, test } from 'vitest';
import { isAnswer, question } from '../../../tasks/coredns/outside.ts';

test('a question has its length, one name of labels, and asks for IPv4 addresses', () =>
  expect(question('example.com').toString('latin1')).toBe(
    '\0\x1d' + '\0\0\x01\0\0\x01\0\0\0\0\0\0' + '\x07example\x03com\0' + '\0\x01\0\x01',
  ));

/** The first bytes of an answer: length, id, flags with a code at their end. */
const header = (code: number): Buffer => Buffer.from([0, 29, 0, 0, 0x81, 0x80 | code]);

test.each([
  ['an address', 0, true],
  ['that there is no such name', 3, true],
  ['that the server failed', 2, false],
  ['that the server refuses', 5, false],
])('%s is code %i: answered %s', (_, code, answered) => expect(isAnswer(header(code))).toBe(answered));

test('the code may come late', () => expect(isAnswer(header(0).subarray(0, 5))).toBeUndefined());
