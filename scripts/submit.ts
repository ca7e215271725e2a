import { main } from './firesteel.ts';

await main(['submit', ...process.argv.slice(2)]);
