// Reads from a probe pod which address of this machine works, or why none does. Pure.
import { Failure } from '../../core/failure.ts';
import type { DriverPorts } from './ports.ts';

/** One try of the pod's. */
export interface Try {
  address: string;
  port: number;
  /** Null if the connection led to firesteel. */
  problem: string | null;
}

const sign = 'tried ';

/** The tries that a line of the pod's log has; undefined for another line. */
export const triesIn = (line: string): Try[] | undefined =>
  line.startsWith(sign) ? (JSON.parse(line.slice(sign.length)) as Try[]) : undefined;

/** The ports that executors connect to. */
export const portsTried = ({ driver, blockManager }: DriverPorts): number[] => [driver, blockManager];

/** The first address of which every port answered. */
export function winner(addresses: readonly string[], tries: readonly Try[]): string | undefined {
  return addresses.find((address) => {
    const own = tries.filter((one) => one.address === address);
    return own.length > 0 && own.every(({ problem }) => problem === null);
  });
}

/** Says which addresses and ports were tried, why each failed, and where the driver can be instead. */
export function unreachableFailure(tries: readonly Try[], instead: string): Failure {
  if (tries.length === 0)
    return new Failure('this machine has no address that pods could reach', {
      hint: `run the driver in the cluster: ${instead}`,
    });
  const reasons = tries.map(({ address, port, problem }) => `${address}:${port}: ${problem ?? 'answers'}`);
  return new Failure(`no address of this machine can be reached from a pod: ${reasons.join(', ')}`, {
    hint: `run the driver in the cluster: ${instead}; or open these ports in the firewall of this machine`,
  });
}
