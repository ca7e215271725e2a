import { main } from './firesteel.ts';

await main(['logs', ...process.argv.slice(2)]);
