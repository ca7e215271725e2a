import { main } from './firesteel.ts';

await main(['status', ...process.argv.slice(2)]);
