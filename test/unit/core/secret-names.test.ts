// Which variables and properties are refused as secrets, and which only have a name like one.
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { hiddenLine, isSecret, secretPatterns } from '../../../tasks/core/secret-names.ts';

const secrets: [name: string, value: string][] = [
  ['spark.authenticate.secret', 'x'],
  ['spark.ssl.keyPassword', 'x'],
  ['spark.ssl.rpc.privateKeyPassword', 'x'],
  ['spark.hadoop.fs.s3a.access.key', 'x'],
  ['spark.hadoop.fs.s3a.bucket.logs.secret.key', 'x'],
  ['spark.hadoop.fs.s3a.session.token', 'x'],
  ['spark.hadoop.fs.azure.account.key.store.dfs.core.windows.net', 'x'],
  ['spark.hadoop.fs.azure.account.key.name', 'x'],
  ['spark.hadoop.fs.azure.account.oauth2.client.secret.store.dfs.core.windows.net', 'x'],
  ['spark.hadoop.fs.gs.auth.service.account.private.key', 'x'],
  ['spark.sql.catalog.rest.token', 'x'],
  ['spark.sql.catalog.rest.credential', 'id:word'],
  ['spark.conf.spark.hadoop.fs.azure.account.key.store', 'x'],
  ['spark.kubernetes.driverEnv.API_KEY', 'x'],
  ['spark.executorEnv.AWS_ACCESS_KEY_ID', 'x'],
  ['DB_PASSWD', 'x'],
  ['DB_PASSWORD_OLD', '123456'],
  ['DB_PASSWORD_STAGE', 'x'],
  ['DB_PASSWORD', '1'],
  ['USE_TOKEN', '123456'],
  ['DAYS_PASSWORD', 'x'],
  ['VAULT_SECRET_ID', 'x'],
  ['PASSWORD_ADMIN', 'x'],
  ['TOKEN_PROFILE', 'x'],
  ['SSH_PASSPHRASE', 'x'],
  ['GIT_CREDENTIALS', 'x'],
  ['GITHUB_TOKENS', 'a,b'],
  ['API_TOKEN', '123456'],
  ['API_TOKEN', 'x\nDB_SECRET_NAME='],
  ['API_TOKEN', 'PASSWORD_MIN_LENGTH=12'],
  ['MYSQL_PWD', 'x'],
  ['REDIS_PASS', '1234'],
  ['spark.my.db.pass', 'x'],
  ['DATABASE_URL', 'postgres://ada:sesame@db/x'],
  ['REDIS_URL', 'redis://:sesame@cache:6379/0'],
  ['spark.executorEnv.HTTPS_PROXY', 'http://ada:sesame@proxy:3128'],
  ['spark.kafka.sasl.jaas.config', 'org.apache.kafka.x.PlainLoginModule required username="ada" password="sesame";'],
  ['OPTIONS', 'a=1\njdbc:mysql://ada:sesame@db/x'],
  ['DB_URL', 'jdbc:postgresql://db/x?user=ada&password=sesame'],
  ['spark.hadoop.javax.jdo.option.ConnectionURL', 'jdbc:sqlserver://db:1433;user=ada;password=sesame;encrypt=true'],
  ['DB_URL', 'jdbc:oracle:thin:ada/sesame@//db:1521/x'],
  ['STORE', 'DefaultEndpointsProtocol=https;AccountName=ada;AccountKey=c2VzYW1l==;EndpointSuffix=example.org'],
  ['STORE_URL', 'https://ada.blob.example.org/c?sv=2024&sig=c2VzYW1l%3D'],
  ['HOOK', 'https://example.org/hook?access_token=sesame'],
  ['HOOK', 'https://hooks.slack.com/services/T0/B0/sesame'],
  ['spark.x', 'password=sesame'],
  ['spark.driver.extraJavaOptions', '-Xss4m -Djavax.net.ssl.trustStorePassword=sesame -Dx=1'],
  ['spark.executor.extraJavaOptions', '-Daws.secretKey=sesame'],
  ['OPTIONS', '--user ada --db-password sesame --verbose'],
  ['OPTIONS', '--token=sesame'],
  ['KEY', '-----BEGIN RSA PRIVATE KEY-----\nc2VzYW1l'],
  ['ACCOUNT', '{"type": "service_account", "private_key": "c2VzYW1l"}'],
  ['spark.sql.catalog.rest.header.Authorization', 'Bearer sesame1234567'],
  ['CHECKOUT', 'ghp_sesamesesame1234'],
  ['MODEL', 'sk-proj-sesamesesame-1234'],
];

const others: [name: string, value: string][] = [
  ['spark.hadoop.fs.s3a.aws.credentials.provider', 'x'],
  ['spark.hadoop.fs.azure.account.keyprovider.store.dfs.core.windows.net', 'x'],
  ['spark.hadoop.hadoop.security.credential.provider.path', 'x'],
  ['spark.authenticate.secret.file', 'x'],
  ['spark.authenticate.secretBitLength', '512'],
  ['spark.ssl.rpc.privateKey', 'x'],
  ['spark.kubernetes.authenticate.driver.oauthTokenFile', 'x'],
  ['spark.kubernetes.driverEnv.GOOGLE_APPLICATION_CREDENTIALS', 'x'],
  ['spark.security.credentials.hive.enabled', 'true'],
  ['spark.security.credentials.renewalRatio', '0.5'],
  ['spark.kerberos.renewal.credentials', 'ccache'],
  ['spark.hadoop.fs.s3a.delegation.token.binding', 'org.example.Binding'],
  ['spark.kafka.clusters.main.sasl.token.mechanism', 'SCRAM-SHA-512'],
  ['spark.sql.catalog.rest.token-expires-in-ms', '3600000'],
  ['spark.sql.catalog.rest.token-exchange-enabled', 'false'],
  ['spark.kubernetes.driver.secretKeyRef.API_KEY', 'store:key'],
  ['spark.kubernetes.executor.secrets.credentials', '/etc/store'],
  ['spark.conf.spark.kubernetes.driver.secretKeyRef.API_KEY', 'store:key'],
  ['spark.kubernetes.kerberos.tokenSecret.name', 'x'],
  ['spark.kubernetes.container.image.pullSecrets', 'x'],
  ['TOKENIZERS_PARALLELISM', 'x'],
  ['spark.executorEnv.KEYBOARD', 'x'],
  ['spark.executorEnv.MAX_NEW_TOKENS', '64'],
  ['MAX_TOKENS', '256'],
  ['EOS_TOKEN_ID', '2'],
  ['PAD_TOKEN', '<pad>'],
  ['PASSWORD_MIN_LENGTH', '12'],
  ['PASSWORD_MAX_AGE', '90d'],
  ['DB_SECRET_NAME', 'store/db'],
  ['API_KEY_HEADER', 'X-Api'],
  ['OAUTH_TOKEN_URL', 'https://example.org/token'],
  ['REQUIRE_PASSWORD', 'true'],
  ['ALLOW_EMPTY_PASSWORD', 'yes'],
  ['USE_SECRETS', 'no'],
  ['HAS_PASSWORD', '0'],
  ['APP_SKIP_TOKEN_CHECK', '1'],
  ['PASSWORD_EXPIRY_DAYS', '90'],
  ['passwordMaxAttempts', '3'],
  ['SECRET_ROTATION_DAYS', '30'],
  ['SECRET_ARN', 'arn:aws:secretsmanager:eu-west-1:1:secret:db'],
  ['SECRETS_BACKEND', 'vault'],
  ['SECRETS_MANAGER_REGION', 'eu-west-1'],
  ['VAULT_SECRET_MOUNT', 'kv'],
  ['CREDENTIALS_CACHE', '/tmp/x'],
  ['TOKEN_COUNT_MODEL', 'small'],
  ['SECRETARY_EMAIL', 'ada@example.org'],
  ['DB_PASSWORD', ''],
  ['PWD', '/work'],
  ['OLDPWD', '/work'],
  ['BYPASS', 'x'],
  ['BYPASS_CACHE', '1'],
  ['COMPASS', 'north'],
  ['DATABASE_URL', 'postgres://db/x'],
  ['DATABASE_URL', 'postgres://ada@db/x'],
  ['DATABASE_URL', 'postgres://ada:$(PGPASSWORD)@db/x'],
  ['spark.kafka.bootstrap.servers', 'a:9092,b:9092'],
  ['MIRROR', 'https://example.org:8443/a@b'],
  ['HELP', 'write password = yours'],
  ['HELP', 'give it --password to read one'],
  ['DB_URL', 'jdbc:postgresql://db/x?user=ada&password=${PGPASSWORD}'],
  ['DB_URL', 'postgres://ada:%s@db/x'],
  ['DB_URL', 'jdbc:sqlserver://db:1433;databaseName=x;encrypt=true'],
  ['spark.driver.extraJavaOptions', '-Djavax.net.ssl.trustStore=/x -Dpassword.file=/x -Drequire.secret=true'],
  ['spark.sql.redaction.string.regex', 'password=.*'],
  ['spark.redaction.regex', '(?i)secret|password|token'],
  ['OPTIONS', '--password-file /run/x --max-tokens 5'],
  ['LETTER', 'Bearer of good news'],
  ['STOP_TOKENS', '</s>,<pad>, [EOS]'],
  ['VOCABULARY_TOKENS', '50,257'],
  ['spark.hadoop.fs.azure.sas.token.provider.type.ada.dfs.core.windows.net', 'org.example.Provider'],
];

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
