// Which variables and properties are refused as secrets, and which only have a name like one.
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { hiddenLine, isSecret, secretPatterns } from '../../../tasks/core/secret-names.ts';
import { others, secrets } from '../../secret-samples.ts';

describe('a variable or property', () => {
  test.each(secrets)('%s with the value %j is a secret', (name, value) => expect(isSecret(name, value)).toBe(true));
  test.each(others)('%s with the value %j is not a secret', (name, value) => expect(isSecret(name, value)).toBe(false));

  test.each([
    ['API_TOKEN', 'API_TOKEN', false],
    ['spark.executorEnv.API_TOKEN', 'API_TOKEN', false],
    ['spark.kubernetes.driverEnv.API_TOKEN', 'spark.kubernetes.driverEnv.API_TOKEN', false],
    ['spark.sql.catalog.rest.token', 'spark.sql.catalog.rest.token', false],
    ['MY_API_TOKEN', 'API_TOKEN', true],
    ['spark.sql.catalogs_rest.token', 'spark.sql.catalogs.rest.token', true],
  ])('%s is a secret where %s is declared to be none: %j', (name, declared, is) =>
    expect(isSecret(name, 'x', [declared])).toBe(is),
  );
});

test('an address with a password is none where its name is declared', () => {
  const address = 'postgres://ada:sesame@db/x';
  expect([isSecret('DB_URL', address, ['DB_URL']), isSecret('DB_URL', address, ['OTHER'])]).toEqual([false, true]);
});

test.each([
  ['password: sesame', 'password: (hidden)'],
  ['  "apiKey": "sesame",', '  "apiKey": (hidden)'],
  ['export DB_TOKEN=sesame', 'export DB_TOKEN=(hidden)'],
  ['spark.ssl.keyPassword sesame', 'spark.ssl.keyPassword (hidden)'],
  ['java -Dpassword=sesame Main', 'java -Dpassword=(hidden)'],
  ['tokenFile: /run/token', 'tokenFile: /run/token'],
  ['forward . /etc/resolv.conf', 'forward . /etc/resolv.conf'],
  ['DB_URL=postgres://ada:sesame@db/x', 'DB_URL=(hidden)'],
  ['OPTIONS: --token=sesame', 'OPTIONS: --token=(hidden)'],
  ['', ''],
])('the line %j is shown as %j', (line, shown) => expect(hiddenLine(line)).toBe(shown));

test('Python judges every name and value as TypeScript does', () => {
  const program = `import json, re, sys
rule, pairs = json.load(sys.stdin)
texts = [f"{n}={v}" for n, v in pairs]
found = [re.search(rule["secret"], one, re.I) and not re.search(rule["notSecret"], one, re.I) for one in texts]
print(json.dumps([bool(one) for one in found]))`;
  // The prefix spark.conf. is a profile's.
  const pairs = [...secrets, ...others].filter(([name]) => !name.startsWith('spark.conf.'));
  const input = JSON.stringify([secretPatterns(), pairs]);
  const judged = JSON.parse(execFileSync('python3', ['-c', program], { input, encoding: 'utf8' }));
  expect(judged).toEqual(pairs.map(([name, value]) => isSecret(name, value)));
});
