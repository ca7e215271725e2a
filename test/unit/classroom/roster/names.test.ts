// Safe names: always valid, never shared, never changed by the order of a list or by who joins it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NameStyle, newNames } from '../../../../tasks/classroom/roster/names.ts';

const person = (shown: string, key = shown.toLowerCase()) => ({ shown, key });

/** The names of people in their order. */
function namesOf(people: { shown: string; key: string }[], taken: string[] = [], style: NameStyle = 'readable') {
  const names = newNames(people, taken, style);
  return people.map(({ key }) => names.get(key));
}

describe('a readable name', () => {
  test.each([
    ['Ada Lovelace', 'ada-lovelace'],
    ['Jürgen Müller-Lüdenscheidt', 'jurgen-muller-ludenscheidt'],
    ['Łukasz Żółć', 'lukasz-zolc'],
    ['Владимир Щербаков', 'vladimir-shcherbakov'],
    ['王小明', 'wangxiaoming'],
    ['김 철수', 'gim-cheolsu'],
    ['محمد بن سلمان', 'mhmd-bn-slmn'],
    ['प्रिया शर्मा', 'priya-srma'],
    ["Siobhán O'Brien", 'siobhan-obrien'],
    ['Ａｄａ', 'ada'],
    ['3 Musketeers', 's-3-musketeers'],
    ['🦄', 'unicorn'],
    ['No', 'no'],
    ['--help', 'help'],
    ['$(reboot); ${HOME} `id`', 'reboot-home-id'],
    ['../../etc/passwd', 'etc-passwd'],
    ['xn--80ak6aa92e', 'xn-80ak6aa92e'],
    ['a'.repeat(70), 'a'.repeat(40)],
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
  ])('of %s is %s', (shown, name) => expect(namesOf([person(shown)])).toEqual([name]));

  test('of someone whose name leaves no letter comes from the key, and from nothing else if that leaves none', () =>
    expect([namesOf([person('...', 'ada')]), namesOf([person('...', '?')])]).toEqual([['ada'], ['student']]));

  test('gets a suffix made of the key where two people would share it, so that neither depends on the other', () => {
    const both = namesOf([person('Ada Byron', 'ada1'), person('Ada Byron', 'ada2')]);
    expect(both).toEqual(['ada-byron-5zws', 'ada-byron-e9rg']);
    expect(namesOf([person('Ada Byron', 'ada2'), person('Ada Byron', 'ada1')])).toEqual([...both].reverse());
  });

  test('gets a suffix where a Cyrillic letter only looks like the Latin one', () =>
    expect(namesOf([person('Ada', '1'), person('Аdа', '2')])).toEqual([
      expect.stringMatching(/^ada-\w{4}$/),
      expect.stringMatching(/^ada-\w{4}$/),
    ]));

  test('gets a suffix where it was given before, or belongs to the class itself', () =>
    expect(namesOf([person('Ada'), person('Door')], ['ada'])).toEqual([
      expect.stringMatching(/^ada-\w{4}$/),
      expect.stringMatching(/^door-\w{4}$/),
    ]));

  test('gets a longer suffix where the short one is taken', () => {
    const [short = ''] = namesOf([person('Ada')], ['ada']);
    const [long = ''] = namesOf([person('Ada')], ['ada', short]);
    expect([long.startsWith(short), long.length - short.length]).toEqual([true, 4]);
  });
});

test('seats are numbered in the order of keys, and numbers continue after the greatest that was ever given', () => {
  const people = [person('Grace', 'grace'), person('Ada', 'ada')];
  expect(namesOf(people, [], 'seats')).toEqual(['seat-02', 'seat-01']);
  expect(namesOf(people, ['seat-01', 'seat-99', 'ada'], 'seats')).toEqual(['seat-101', 'seat-100']);
});

describe('for any list', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('Ada', 'ada', 'Аda', 'A da', 'seat-01', 'door', '', '-', 'ａｄａ', 'a'.repeat(41)),
  );
  const people = fc.uniqueArray(fc.record({ shown: text, key: text }), { selector: ({ key }) => key, maxLength: 30 });
  const style = fc.constantFrom<NameStyle>('readable', 'seats');

  test('names are DNS labels that begin with a letter, and no two are the same', () =>
    fc.assert(
      fc.property(people, style, (list, names) => {
        const given = namesOf(list, [], names);
        expect(given.filter((name) => !/^(?=.{1,40}$)[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name ?? ''))).toEqual([]);
        expect(new Set(given).size).toBe(list.length);
      }),
    ));

  test('the order of its rows changes no name', () =>
    fc.assert(
      fc.property(people, style, fc.infiniteStream(fc.nat()), (list, names, random) => {
        const shuffled = list.map((row) => ({ row, at: random.next().value })).sort((a, b) => a.at - b.at);
        const again = newNames(
          shuffled.map(({ row }) => row),
          [],
          names,
        );
        expect([...again].sort()).toEqual([...newNames(list, [], names)].sort());
      }),
    ));

  test('new people get no name that was given before', () =>
    fc.assert(
      fc.property(people, fc.nat(), style, (list, at, names) => {
        const before = namesOf(list.slice(0, at), [], names) as string[];
        const joined = namesOf(list.slice(at), before, names);
        expect(new Set([...before, ...joined]).size).toBe(list.length);
      }),
    ));
});
