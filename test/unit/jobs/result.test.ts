// What came out of a run, found in its driver's log.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findResults, missingResults, resultSchema, shownResults } from '../../../tasks/jobs/result.ts';
import { outcomeLines } from '../../../tasks/runs/outcome.ts';
import { run } from '../runs/seen-run.ts';

const patterns = {
  accuracy: String.raw`Top1Accuracy is Accuracy\(.*accuracy: ([\d.]+)\)`,
  model: String.raw`Save model to (\S+)`,
};
const log = [
  '26/11/21 21:08:42 INFO DistriOptimizer$: [Epoch 1] Top1Accuracy is Accuracy(correct: 322, count: 360, accuracy: 0.8944444444444445)',
  '26/11/21 21:08:43 INFO DistriOptimizer$: [Wall Clock 27.6s] Save model to \u001b[1m/opt/spark/models/20261121_210813\u001b[0m',
  '26/11/21 21:08:52 INFO DistriOptimizer$: [Epoch 2] Top1Accuracy is Accuracy(correct: 341, count: 360, accuracy: 0.9472222222222222)',
  '26/11/21 21:08:52 INFO DistriOptimizer$: [Epoch 2] Top5Accuracy is Accuracy(correct: 360, count: 360, accuracy: 1.0)',
];

test('the last matching line is the result, without colours', () =>
  expect(findResults(patterns, log)).toEqual({
    accuracy: '0.9472222222222222',
    model: '/opt/spark/models/20261121_210813',
  }));

test('an expression with two groups finds labels and values', () => {
  const open = { outcome: String.raw`^result: (\w+) (.+)$` };
  const results = findResults(open, ['result: loss 0.5', 'result: accuracy 0.9', 'result: loss 0.1', 'others']);
  expect(results).toEqual({ loss: '0.1', accuracy: '0.9' });
  expect(missingResults(open, results)).toBeUndefined();
  expect(missingResults(open, {})).toMatch(/did not log its outcome;/);
});

test('results are shown in one line', () =>
  expect(shownResults({ accuracy: '0.9', model: '/a' })).toBe('accuracy 0.9, model /a'));

test('a result that no line has is named', () => {
  expect(missingResults(patterns, findResults(patterns, log))).toBeUndefined();
  expect(missingResults(patterns, findResults(patterns, ['Usage: BigDL Lenet Train Example']))).toMatch(
    /^the job exited with 0 but did not log its accuracy and its model;/,
  );
  expect(missingResults()).toBeUndefined();
});

test('a run that succeeded shows its results, or says that it has none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fs-result-'));
  const shown = (results: Record<string, string>) => {
    const record = { ...run, exitCode: 0, resultPatterns: patterns, results };
    writeFileSync(join(folder, 'run.json'), JSON.stringify(record));
    return outcomeLines(folder).join('\n');
  };
  expect(shown({ accuracy: '0.9', model: '/a' })).toMatch(/^accuracy 0\.9, model \/a$/m);
  expect(shown({ accuracy: '0.9', model: '/a' })).not.toContain('!');
  expect(shown({})).toMatch(/^! the job exited with 0 but did not log its accuracy and its model/m);
  rmSync(folder, { recursive: true });
});

test.each(['(a', 'accuracy', '(a)(b)(c)', '*'])('an expression %j is refused', (text) =>
  expect(resultSchema.safeParse({ accuracy: text }).success).toBe(false),
);
