// Brings groups of objects to an API server as `classroom apply` does, in a separate process that can be killed:
// bulk-child.js GROUPS KUBECONFIG SELECTOR
import { readFileSync } from 'node:fs';
import { applyBulk, type Group, planBulk } from '../../tasks/classroom/bulk/groups.ts';
import { gradientLimit } from '../../tasks/classroom/bulk/limit.ts';
import { connectKube } from '../../tasks/kube/client.ts';

const [file = '', path = '', labelSelector = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const kube = connectKube(() => ({ path, context: 'admin' }), signal);
const options = { kube, labelSelector, limit: gradientLimit(), signal };
const wanted = JSON.parse(readFileSync(file, 'utf8')) as Group[];
const { groups } = await planBulk(wanted, options);
const ends = await applyBulk(groups, options);
// Idle connections would keep it.
process.exit(ends.some(({ failure }) => failure !== undefined) ? 1 : 0);
