import { main } from './firesteel.ts';

await main(['dns', ...process.argv.slice(2)]);
