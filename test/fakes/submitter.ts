// A process that submits pi under a name and can be killed in the midst: kubeconfig, namespace, name, then pi's arguments.
import { connectKube } from '../../tasks/kube/client.ts';
import { reserveRun } from '../../tasks/runs/names/reservation.ts';
import { ensureSubmitted } from '../../tasks/submission/submission.ts';
import { namedPi } from './named-pi.ts';

const [path = '', namespace = '', name = '', ...args] = process.argv.slice(2);
const { signal } = new AbortController();
const kube = connectKube(() => ({ path, context: 'admin' }), signal);
const objects = namedPi(namespace, name, args);
const driver = await ensureSubmitted(kube, objects, await reserveRun(kube, objects));
process.stdout.write(`${driver.metadata.uid}\n`);
process.exit();
