import { main } from './firesteel.ts';

await main(['classroom', ...process.argv.slice(2)]);
