import { main } from './firesteel.ts';

await main(['kill', ...process.argv.slice(2)]);
