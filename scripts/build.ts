import { main } from './firesteel.ts';

await main(['build', ...process.argv.slice(2)]);
