import { expect, test } from 'vitest';
import { portProblems } from '../../../../tasks/classroom/door/ports.ts';

test.each<[first: number, count: number, lines: string[]]>([
  [8443, 300, []],
  [443, 1, []],
  [5050, 10, []],
  [
    5050,
    30,
    ['classroom.door.port 5050: browsers open no page at port 5060, 5061; set another first port, such as 8443'],
  ],
  [
    8443,
    2000,
    ['classroom.door.port 8443: browsers open no page at port 10080; set another first port, such as 20000'],
  ],
  [65_526, 10, []],
  [
    65_530,
    10,
    [
      'classroom.door.port 65530: 10 seats need the ports up to 65539, and 65535 is the last; set another first port, such as 8443',
    ],
  ],
  [
    8443,
    60_000,
    [
      'classroom.door.port 8443: 60000 seats need the ports up to 68442, and 65535 is the last; set classroom.door.domain',
    ],
  ],
])('from port %i on, %i seats have the problems %j', (first, count, lines) =>
  expect(portProblems(first, count)).toEqual(lines),
);
