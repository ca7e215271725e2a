// Checks run side by side: in their order, with one that breaks kept apart from one that finds something.
import { expect, test } from 'vitest';
import { isFinding, lookAtAll } from '../../../tasks/doctor/look.ts';
import { verdict } from '../../../tasks/doctor/show.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { type Check, type Finding, findingOf, notAvailable, ok } from '../../../tasks/steps/check.ts';
import { plainContext } from '../../plain-context.ts';

const { signal } = new AbortController();
const context = plainContext({ profile: await readProfile('local', []), signal });

const check = (name: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  name,
  title: `The ${name}`,
  category: 'This machine',
  affects: 'tests',
  run,
  ...more,
});

const missing: Finding = { state: 'missing', seen: 'gone', remedies: [{ command: ['true'] }] };

test('findings are in the order of the checks, not in the order in which checks end', async () => {
  let release = () => {};
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  const checks = [
    check('slow', async () => {
      await slow;
      return ok('late');
    }),
    check('fast', () => {
      release();
      return ok('soon');
    }),
  ];
  const seen = await lookAtAll(checks, context, { probes: false });
  expect(seen.map(({ finding }) => finding.seen)).toEqual(['late', 'soon']);
});

test('a check that fails itself is shown as crashed, and the others still run', async () => {
  const broken = check('broken', () => {
    throw new TypeError('cannot read properties of undefined');
  });
  const seen = await lookAtAll([broken, check('gone', () => missing)], context, { probes: false });
  expect(seen.map(({ finding }) => finding.state)).toEqual(['crashed', 'missing']);
  expect(seen[0]?.finding.seen).toBe('cannot read properties of undefined');
});

test('a check that makes pods runs only with --probe, and is no finding without it', async () => {
  const probing = check('pods', () => ok('tried'), { probes: true });
  const [quiet] = await lookAtAll([probing], context, { probes: false });
  expect(quiet?.finding.remedies).toEqual([{ command: ['firesteel', 'doctor', '--probe', 'pods'] }]);
  expect(quiet && isFinding(quiet)).toBe(false);
  const [tried] = await lookAtAll([probing], context, { probes: true });
  expect(tried?.finding).toEqual(ok('tried'));
});

test('Ctrl-C waits for the checks that made pods, which remove them', async () => {
  const stop = new AbortController();
  let isClean = false;
  const probing = check(
    'pods',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      isClean = true;
      throw stop.signal.reason;
    },
    { probes: true },
  );
  const quick = check('quick', () => {
    stop.abort();
    throw stop.signal.reason;
  });
  const ending = lookAtAll([quick, probing], { ...context, signal: stop.signal }, { probes: true });
  await expect(ending).rejects.toThrow('aborted');
  expect(isClean).toBe(true);
});

test('checks that still run are named while others end', async () => {
  const named: string[] = [];
  await lookAtAll([check('one', () => ok('')), check('two', () => ok(''))], context, {
    probes: false,
    onSeen: (count, waiting) => named.push(`${count} ${waiting.join(' ')}`.trim()),
  });
  expect(named).toEqual(['1 two', '2']);
});

test.each<[string, Finding[], string]>([
  ['all is well', [ok('')], 'All is well: 1 check found nothing wrong.'],
  [
    'some are not to be seen here',
    [ok(''), notAvailable('no cluster')],
    'All is well: 1 check found nothing wrong; 1 check has nothing to look at here.',
  ],
  ['something is missing', [ok(''), missing], '1 finding in 2 checks: 1 missing.'],
])('the last line is one sentence where %s', async (_, findings, line) => {
  const checks = findings.map((finding, i) => check(`c${i}`, () => finding));
  expect(verdict(await lookAtAll(checks, context, { probes: false }))).toBe(line);
});

test('the first line of a finding is its summary, and the other lines are below', () => {
  expect(findingOf('partial', ['a', 'b'], { fine: 'none' })).toEqual({
    state: 'partial',
    seen: 'a',
    more: ['b'],
    remedies: [],
  });
  expect(findingOf('partial', [], { fine: 'none' })).toEqual(ok('none'));
});
