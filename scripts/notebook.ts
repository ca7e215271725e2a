import { main } from './firesteel.ts';

await main(['notebook', ...process.argv.slice(2)]);
