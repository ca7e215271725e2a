// The file and the lines that a client on this machine needs: address and token.
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { shown } from '../core/exec.ts';
import { proxiesOf } from '../core/network/proxy.ts';
import { dataPath } from '../core/paths.ts';
import type { Profile } from '../profile/schema.ts';
import { tokenVariable } from './conf.ts';

/**
 * Clients send a token without TLS to the host `localhost` alone, not to 127.0.0.1 (DefaultChannelBuilder.toChannel in
 * pyspark/sql/connect/client/core.py).
 */
export const addressAt = (port: number): string => `sc://localhost:${port}`;

/** Where `open` leaves address and token, readable by this user alone. */
export const clientFile = ({ clusterName, namespace }: Profile, object: string): string =>
  dataPath('connect', `${clusterName}.${namespace}.${object}.env`);

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** The address in such a file, where something listens at it now. */
export async function openAddress(path: string): Promise<string | undefined> {
  const [, address, port] = /^SPARK_REMOTE=(sc:\/\/localhost:(\d+))$/m.exec(textOf(path)) ?? [];
  return address && (await isListening(Number(port))) ? address : undefined;
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket
      .on('connect', () => end(true))
      .on('error', () => end(false))
      .on('timeout', () => end(false));
  });

/** Whether such a file has this text: another `open` may have written its own. */
export const hasText = (path: string, text: string): boolean => textOf(path) === text;

/** Variables that PySpark's client reads, a line each: a shell sources them, and editors take such a file too. */
export const clientText = (port: number, token: string, env: Environment = {}): string =>
  `SPARK_REMOTE=${addressAt(port)}\n${tokenVariable}=${token}\n${withoutProxy(env)}`;

type Environment = Readonly<Record<string, string | undefined>>;

/** gRPC asks a shell's proxy for localhost, too, unless a variable says otherwise; its own goes before no_proxy. */
function withoutProxy(env: Environment): string {
  const { direct, ...proxies } = proxiesOf(env);
  const isProxied = Object.values(proxies).some(Boolean) && !direct.includes('localhost');
  return isProxied ? `no_grpc_proxy=${[...direct, 'localhost'].join(',')}\n` : '';
}

/** How a person uses both. */
export const snippet = (file: string): string[] => [
  `  set -a; . ${shown([file])}; set +a`,
  '  python3',
  '  >>> from pyspark.sql import SparkSession',
  '  >>> spark = SparkSession.builder.getOrCreate()',
  '  >>> spark.range(10).count()',
];
