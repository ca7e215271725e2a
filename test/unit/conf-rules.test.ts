// Which Spark properties are refused before Spark sees them, and which names are those of secrets.
import { describe, expect, test } from 'vitest';
import { isSecretKey } from '../../tasks/lib/conf-rules.ts';

describe('a secret is known by its name', () => {
  test.each([
    'spark.authenticate.secret',
    'spark.ssl.keyPassword',
    'spark.ssl.rpc.privateKeyPassword',
    'spark.hadoop.fs.s3a.access.key',
    'spark.hadoop.fs.s3a.session.token',
    'spark.hadoop.fs.azure.account.key.store.dfs.core.windows.net',
    'spark.hadoop.fs.azure.account.oauth2.client.secret',
    'spark.hadoop.fs.gs.auth.service.account.private.key',
    'spark.conf.spark.hadoop.fs.azure.account.key.store',
    'spark.kubernetes.driverEnv.API_KEY',
    'spark.executorEnv.AWS_ACCESS_KEY_ID',
    'DB_PASSWD',
    'SSH_PASSPHRASE',
    'GIT_CREDENTIALS',
    'API_TOKEN',
  ])('%s is one', (key) => expect(isSecretKey(key)).toBe(true));

  test.each([
    ['a class', 'spark.hadoop.fs.s3a.aws.credentials.provider'],
    ['a class', 'spark.hadoop.fs.azure.account.keyprovider.store.dfs.core.windows.net'],
    ['a place', 'spark.hadoop.hadoop.security.credential.provider.path'],
    ['a file', 'spark.authenticate.secret.file'],
    ['a file', 'spark.ssl.rpc.privateKey'],
    ['a file', 'spark.kubernetes.authenticate.driver.oauthTokenFile'],
    ['a file', 'spark.kubernetes.driverEnv.GOOGLE_APPLICATION_CREDENTIALS'],
    ['a switch', 'spark.security.credentials.hive.enabled'],
    ['the name of a Secret', 'spark.kubernetes.driver.secretKeyRef.API_KEY'],
    ['the name of a Secret', 'spark.kubernetes.executor.secrets.credentials'],
    ['the name of a Secret', 'spark.conf.spark.kubernetes.driver.secretKeyRef.API_KEY'],
    ['the name of a Secret', 'spark.kubernetes.kerberos.tokenSecret.name'],
    ['the name of a Secret', 'spark.kubernetes.container.image.pullSecrets'],
    ['a switch', 'TOKENIZERS_PARALLELISM'],
    ['no key', 'spark.executorEnv.KEYBOARD'],
  ])('%s is no secret: %s', (_, key) => expect(isSecretKey(key)).toBe(false));
});
