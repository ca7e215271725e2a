import { main } from './firesteel.ts';

await main(['destroy', ...process.argv.slice(2)]);
