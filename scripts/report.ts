import { main } from './firesteel.ts';

await main(['report', ...process.argv.slice(2)]);
