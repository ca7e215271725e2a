import { main } from './firesteel.ts';

await main(['ui', ...process.argv.slice(2)]);
