import { main } from './firesteel.ts';

await main(['tools', ...process.argv.slice(2)]);
