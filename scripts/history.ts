import { main } from './firesteel.ts';

await main(['history', ...process.argv.slice(2)]);
