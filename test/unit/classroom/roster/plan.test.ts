// What a list means for a class: who is new, gone, renamed and moved; nobody's safe name ever changes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClassRecord } from '../../../../tasks/classroom/folder.ts';
import { diffLines, planRoster, recordAfter } from '../../../../tasks/classroom/roster/plan.ts';
import { type Roster, readTyped } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';

const table = (titles: string, ...rows: string[]): Promise<Roster> =>
  readTyped(`${[titles, ...rows].join('\n')}\n`, 'list.csv');

/** The class after one list after the other. */
async function classAfter(...lists: Promise<Roster>[]): Promise<ClassRecord | undefined> {
  let record: ClassRecord | undefined;
  for (const list of lists) {
    const roster = await list;
    record = recordAfter(record, planRoster(record, roster, 'readable'), roster.by, false);
  }
  return record;
}

const first = () =>
  table(
    'Login,Name,Group',
    'ada,Ada Lovelace,A',
    'grace,Grace Hopper,A',
    'mary,Mary Somerville,B',
    'emmy,Emmy Noether,B',
  );

test('the first list of a class makes everybody new', async () => {
  const { students, diff } = planRoster(undefined, await first(), 'readable');
  expect(students[0]).toEqual({ name: 'ada-lovelace', key: 'ada', shown: 'Ada Lovelace', login: 'ada', group: 'A' });
  expect(diffLines(diff)).toEqual([
    '4 new, 0 gone, 0 renamed, 0 moved to another group, 0 unchanged',
    '+ ada-lovelace  Ada Lovelace',
    '+ grace-hopper  Grace Hopper',
    '+ mary-somerville  Mary Somerville',
    '+ emmy-noether  Emmy Noether',
  ]);
});

test('the same list in another order changes nothing, in the record to the byte', async () => {
  const before = await classAfter(first());
  const turned = await table(
    'Group,Name,Login',
    'B,Emmy Noether,emmy',
    'A,Ada Lovelace,ada',
    'B,Mary Somerville,mary',
    'A,Grace Hopper,grace',
  );
  const plan = planRoster(before, turned, 'readable');
  expect(diffLines(plan.diff)).toEqual(['0 new, 0 gone, 0 renamed, 0 moved to another group, 4 unchanged']);
  expect(JSON.stringify(recordAfter(before, plan, turned.by, false))).toBe(JSON.stringify(before));
});

test('new, gone, renamed and moved students are named, and who is renamed keeps the safe name', async () => {
  const now = await table(
    'Login,Name,Group',
    'ada,Ada King,A',
    'grace,Grace Hopper,B',
    'emmy,Emmy Noether,B',
    'ada2,Ada Lovelace,A',
  );
  const { diff } = planRoster(await classAfter(first()), now, 'readable');
  expect(diffLines(diff)).toEqual([
    '1 new, 1 gone, 1 renamed, 1 moved to another group, 1 unchanged',
    expect.stringMatching(/^\+ ada-lovelace-\w{4} {2}Ada Lovelace$/),
    '- mary-somerville  Mary Somerville',
    '~ ada-lovelace  Ada Lovelace is now Ada King',
    '> grace-hopper  from A to B',
  ]);
});

test('a list of thousands of new people shows the first 20', async () => {
  const many = await table('Login', ...Array.from({ length: 5000 }, (_, i) => `s${i}`));
  const lines = diffLines(planRoster(undefined, many, 'seats').diff);
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([
    22,
    '5000 new, 0 gone, 0 renamed, 0 moved to another group, 0 unchanged',
    '  and 4980 more',
  ]);
});

describe('someone is known again', () => {
  const namesAfter = async (before: Promise<Roster>, now: Promise<Roster>) => {
    const { students, diff } = planRoster(await classAfter(before), await now, 'readable');
    return [students.map(({ name }) => name).join(' '), `${diff.added.length} new, ${diff.gone.length} gone`];
  };

  test('by the login when the list is then identified by addresses', async () =>
    expect(
      await namesAfter(table('Login,Email,Name', 'al42,ada@x.example,Ada'), table('Email,Name', 'ada@x.example,Ada')),
    ).toEqual(['ada', '0 new, 0 gone']));

  test('by the address when the login is another one', async () =>
    expect(
      await namesAfter(
        table('Login,Email,Name', 'al42,ada@x.example,Ada', 'gh43,grace@x.example,Grace'),
        table('Login,Email,Name', 'king1,ADA@x.example,Ada King', 'gh43,grace@x.example,Grace'),
      ),
    ).toEqual(['ada grace', '0 new, 0 gone']));

  test('by a number that has lost its zeros, or got them back', async () =>
    expect(await namesAfter(table('Student ID,Name', '007,Ada'), table('Student ID,Name', '7,Ada'))).toEqual([
      'ada',
      '0 new, 0 gone',
    ]));

  test('only if nobody else fits as well', async () =>
    expect(
      await namesAfter(
        table('Student ID,Name', '7,Ada', '8,Grace'),
        table('Student ID,Name', '07,A', '007,B', '8,Grace'),
      ),
    ).toEqual(['a b grace', '2 new, 1 gone']));

  test('after having left, with the name from before', async () => {
    const before = await classAfter(first());
    const without = await table('Login,Name', 'ada,Ada Lovelace', 'grace,Grace Hopper', 'emmy,Emmy Noether');
    const pruned = recordAfter(before, planRoster(before, without, 'readable'), without.by, true);
    expect(pruned.former).toEqual([{ name: 'mary-somerville', key: 'mary', hasSeat: true }]);
    const another = await table('Login,Name', 'ada,Ada Lovelace', 'm2,Mary Somerville');
    expect(planRoster(pruned, another, 'readable').students[1]?.name).toMatch(/^mary-somerville-\w{4}$/);
    const back = await table('Login,Name', 'ada,Ada Lovelace', 'mary,Mary Somerville');
    const plan = planRoster(pruned, back, 'readable');
    expect(plan.students[1]?.name).toBe('mary-somerville');
    expect(recordAfter(pruned, plan, back.by, true).former).not.toContainEqual(
      expect.objectContaining({ key: 'mary' }),
    );
  });
});

test('students who are gone stay in the class until pruned', async () => {
  const record = await classAfter(first(), table('Login,Name', 'ada,Ada Lovelace'));
  expect(record?.students.map(({ name }) => name)).toEqual([
    'ada-lovelace',
    'emmy-noether',
    'grace-hopper',
    'mary-somerville',
  ]);
});

test('a list without names and groups removes neither', async () => {
  const { students, diff } = planRoster(
    await classAfter(first()),
    await table('Login', 'ada', 'grace', 'mary', 'emmy'),
    'readable',
  );
  expect(diff.unchanged).toBe(4);
  expect(students[0]).toMatchObject({ shown: 'Ada Lovelace', group: 'A' });
});

test('a list that shares nobody with the class is refused, for nobody empties a class by mistake', async () => {
  const record = await classAfter(first());
  const other = await table('Student ID,Name', '101,Ada Lovelace', '102,Grace Hopper');
  const message = (() => {
    try {
      planRoster(record, other, 'readable');
      return '';
    } catch (error) {
      return usageText(error);
    }
  })();
  expect(message).toBe(
    'the list has no student of the class: the class identifies 4 students by `Login`, the list 2 students by `Student ID`\n→ choose the column that identified the students until now: --column "id=Login"; or set another classroom.name',
  );
});

test('no sequence of lists gives a person another name, or the name of someone else', async () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ list, isPruned: fc.boolean() }), { maxLength: 6 }), async (steps) => {
      let record: ClassRecord | undefined;
      const everGiven = new Map<string, string>();
      for (const step of steps) {
        // Seven people share three names.
        const roster = await table('Login,Name', 'root,Root', ...step.list.map((n) => `s${n},Name ${n % 3}`));
        const plan = planRoster(record, roster, 'readable');
        for (const { name, key } of plan.students) {
          expect(everGiven.get(key) ?? name).toBe(name);
          everGiven.set(key, name);
        }
        record = recordAfter(record, plan, roster.by, step.isPruned);
      }
      expect(new Set(everGiven.values()).size).toBe(everGiven.size);
    }),
  );
});
