import { main } from './firesteel.ts';

await main(['data', ...process.argv.slice(2)]);
