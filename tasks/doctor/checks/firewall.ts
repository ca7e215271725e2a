// Checks whether a firewall of this machine lets students through to the door.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exec } from '../../core/types.ts';
import { type Finding, notAvailable, ok } from '../../steps/check.ts';

/** `8443`, or `8443:8472`. */
const rangeOf = (ports: readonly number[], between: string): string =>
  ports.length === 1 ? `${ports[0]}` : `${Math.min(...ports)}${between}${Math.max(...ports)}`;

/** Whether a rule such as `8443/tcp`, `80,8443:8472/tcp` or `8443`, for both protocols, has a port. */
function hasPort(rule: string, port: number): boolean {
  const [list = '', protocol = 'tcp'] = rule.split('/');
  return (
    protocol === 'tcp' &&
    list.split(',').some((one) => {
      const [first = Number.NaN, last = first] = one.split(/[:-]/).map(Number);
      return first <= port && port <= last;
    })
  );
}

const letThrough = (rules: readonly string[], ports: readonly number[]): boolean =>
  ports.every((port) => rules.some((rule) => hasPort(rule, port)));

/** Rules that let everybody in, in a table of `ufw status`. */
const openRules = (status: string): string[] =>
  [...status.matchAll(/^(\S+) +ALLOW(?: IN)? +Anywhere *$/gm)].map(([, rule = '']) => rule);

/** Looks at ufw and firewalld as far as this user may; `root` is another place to look below. */
export async function firewallFinding(read: Exec, ports: readonly number[], root = '/'): Promise<Finding> {
  if (process.platform !== 'linux')
    return notAvailable(`not checked on this system: allow TCP ports ${rangeOf(ports, ' to ')} through its firewall`);
  const settings = join(root, 'etc/ufw/ufw.conf');
  const hasUfw = existsSync(settings) && /^ENABLED=yes$/m.test(readFileSync(settings, 'utf8'));
  if (hasUfw) {
    const rule = `${rangeOf(ports, ':')}/tcp`;
    const status = await read(['ufw', 'status'], { asRoot: true }).catch(() => '');
    if (letThrough(openRules(status), ports)) return ok(`ufw lets ${rule} through`);
    return {
      state: 'partial',
      seen: `ufw is on and ${status ? 'has no rule' : 'may have no rule'} for ${rule}`,
      remedies: [{ command: ['ufw', 'allow', rule], asRoot: true }],
    };
  }
  const state = await read(['firewall-cmd', '--state']).catch(() => '');
  if (state.trim() !== 'running') return ok('ufw and firewalld are off');
  const range = `${rangeOf(ports, '-')}/tcp`;
  const open = await read(['firewall-cmd', '--list-ports']).catch(() => '');
  if (letThrough(open.split(/\s+/), ports)) return ok(`firewalld lets ${range} through`);
  return {
    state: 'partial',
    seen: `firewalld is on and has no rule for ${range}`,
    remedies: [{ command: ['firewall-cmd', `--add-port=${range}`], asRoot: true }],
  };
}
