import { main } from './firesteel.ts';

await main(['kubeconfig', ...process.argv.slice(2)]);
