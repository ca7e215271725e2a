// Collects every secret that firesteel knows, so that no archive contains one.
import { readFileSync } from 'node:fs';
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

interface KubeUser {
  user?: {
    token?: string;
    tokenFile?: string;
    password?: string;
    'client-key-data'?: string;
    'client-certificate-data'?: string;
    exec?: { env?: { value?: string }[] | null };
    'auth-provider'?: { config?: Record<string, string> };
  };
}

/** Credentials of all users of a kubeconfig, and passwords in addresses of its proxies. */
function secretsOfKubeconfig(text: string): string[] {
  const { users, clusters } = (readYaml(text).value ?? {}) as {
    users?: KubeUser[] | null;
    clusters?: { cluster?: { 'proxy-url'?: string } }[] | null;
  };
  const ofUsers = (users ?? []).flatMap(({ user = {} }) => [
    user.token,
    user.tokenFile && textOf(user.tokenFile),
    user.password,
    user['client-key-data'],
    Buffer.from(user['client-key-data'] ?? '', 'base64').toString(),
    user['client-certificate-data'],
    ...(user.exec?.env ?? []).map(({ value }) => value),
    ...Object.values(user['auth-provider']?.config ?? {}),
  ]);
  const ofProxies = (clusters ?? []).flatMap(({ cluster }) => secretsInAddresses(cluster?.['proxy-url'] ?? ''));
  return [...ofUsers, ...ofProxies].filter((secret) => secret !== undefined && secret !== '') as string[];
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
    ...[...own, ...usualKubeconfigs()].flatMap((path) => secretsOfKubeconfig(textOf(path))),
    ...classes
      .flat()
      .flatMap(({ code, cookie, token }: { code: string; cookie: string; token: string }) => [code, cookie, token]),
  ];
}
