import { main } from './firesteel.ts';

await main(['doctor', ...process.argv.slice(2)]);
