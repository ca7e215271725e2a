// What the last run of classroom verify found, and how long ago. Reads verify.json of the class's folder.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { shownAge } from '../../core/age.ts';
import { jsonIn } from '../../core/json.ts';
import { classPath } from '../folder.ts';
import { isAsExpected } from '../verify/row.ts';

const seen = z.object({
  at: z.iso.datetime(),
  rows: z
    .array(z.object({ expected: z.enum(['allowed', 'refused']), seen: z.enum(['allowed', 'refused', 'not known']) }))
    .min(1),
});

/** A line for people. */
export async function isolationLine(className: string, now = new Date()): Promise<string> {
  const text = await readFile(classPath(className, 'verify.json'), 'utf8').catch(() => '{}');
  const { data } = seen.safeParse(jsonIn(text));
  if (!data) return 'isolation: never tested; test it: firesteel classroom verify';
  const age = shownAge(now.getTime() - Date.parse(data.at));
  const wrong = data.rows.filter((row) => !isAsExpected(row)).length;
  const of = `${data.rows.length} attempts`;
  return wrong === 0
    ? `isolation: tested ${age} ago, all ${of} ended as expected`
    : `isolation: tested ${age} ago, ${wrong} of ${of} did not end as expected; test again: firesteel classroom verify`;
}
