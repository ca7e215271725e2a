import { main } from './firesteel.ts';

await main(['conf', ...process.argv.slice(2)]);
