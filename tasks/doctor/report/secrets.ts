// Collects every secret that firesteel knows, so that no archive contains one.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { classNames, readKeys } from '../../classroom/folder.ts';
import { secretsInAddresses, secretsOfEnvironment } from '../../core/faults/redaction.ts';
import { isSecret } from '../../core/secret-names.ts';
import { readYaml } from '../../core/yaml.ts';
import { usualKubeconfigs } from '../../kube/kubeconfig/client-config.ts';
import type { Context } from '../../steps/types.ts';

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

type Fields = Record<string, unknown>;

/** What a file of others has there may be anything. */
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
const wordOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** Credentials of all users of a kubeconfig, and passwords in addresses of its proxies. */
function secretsOfKubeconfig(path: string): string[] {
  const { users, clusters } = fieldsOf(readYaml(textOf(path)).value);
  const ofUsers = listOf(users).flatMap((entry) => {
    const user = fieldsOf(entry['user']);
    const [tokenFile, key] = [wordOf(user['tokenFile']), wordOf(user['client-key-data'])];
    return [
      ...[user['token'], user['password'], key, user['client-certificate-data']],
      // A relative path begins at the kubeconfig.
      tokenFile && textOf(resolve(dirname(path), tokenFile)),
      Buffer.from(key, 'base64').toString(),
      ...listOf(fieldsOf(user['exec'])['env']).map(({ value }) => value),
      ...Object.values(fieldsOf(fieldsOf(user['auth-provider'])['config'])),
    ];
  });
  const ofProxies = listOf(clusters).flatMap(({ cluster }) =>
    secretsInAddresses(wordOf(fieldsOf(cluster)['proxy-url'])),
  );
  return [...ofUsers.map(wordOf), ...ofProxies].filter(Boolean);
}

/** Values that are secret by their names, at any depth. */
function secretsOf(value: unknown, notSecrets: readonly string[], name = ''): string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) =>
      secretsOf(inner, notSecrets, Array.isArray(value) ? name : key),
    );
  if (typeof value !== 'string') return [];
  return isSecret(name, value, notSecrets) ? [value] : secretsInAddresses(value);
}

/** Of variables, the profile, kubeconfigs and classes. Only reads; what cannot be read holds nothing that could be shown. */
export async function knownSecrets({ profile, cluster }: Pick<Context, 'profile' | 'cluster'>): Promise<string[]> {
  const own = (() => {
    try {
      return [cluster.kubeconfig(profile).path];
    } catch {
      return [];
    }
  })();
  const classes = await Promise.all(
    (await classNames()).map(async (name) => [...(await readKeys(name).catch(() => new Map())).values()]),
  );
  return [
    ...secretsOfEnvironment(),
    ...secretsOf(profile, profile.spark?.notSecrets ?? []),
    ...[...own, ...usualKubeconfigs()].flatMap(secretsOfKubeconfig),
    ...classes
      .flat()
      .flatMap(({ code, cookie, token }: { code: string; cookie: string; token: string }) => [code, cookie, token]),
  ];
}
