import { main } from './firesteel.ts';

await main(['gc', ...process.argv.slice(2)]);
