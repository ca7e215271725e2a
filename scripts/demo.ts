import { main } from './firesteel.ts';

await main(['demo', ...process.argv.slice(2)]);
