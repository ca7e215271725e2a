// How a class is, as a teacher reads it.
import { expect, test } from 'vitest';
import { statusLines } from '../../../tasks/classroom/status.ts';

test('each student has a row, and the last line counts those alike', () =>
  expect(
    statusLines([
      { student: 'ada', notebook: 'ready', sparkPods: 2, group: 'Monday' },
      { student: 'bob', notebook: 'paused', sparkPods: 0 },
      { student: 'eve', notebook: 'ready', sparkPods: 0 },
    ]),
  ).toEqual([
    'STUDENT  NOTEBOOK  SPARK PODS  GROUP',
    'ada      ready     2           Monday',
    'bob      paused    0',
    'eve      ready     0',
    '',
    '3 students: 2 ready, 1 paused',
  ]));

test('the seat of a student who left is shown with what removes it', () =>
  expect(
    statusLines([
      { student: 'ada', notebook: 'ready', sparkPods: 0 },
      { student: 'bob', notebook: 'leaving', sparkPods: 1 },
    ]).slice(1),
  ).toEqual([
    'ada      ready     0',
    'bob      leaving   1',
    '',
    '1 students: 1 ready',
    'seats of 1 who left are still there: firesteel classroom remove bob',
  ]));
