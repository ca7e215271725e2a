import { main } from './firesteel.ts';

await main(['connect', ...process.argv.slice(2)]);
